import { leaveOut, type Check, type Found, type Remedy } from "../check";

export const TOO_LONG: Check = {
  id: "too-long",
  title: "Too long for the limit",
  why: "They do not fit into the number of tokens that an example may have, so their answers are never learned.",
  severity: "mend",
  advice: "",
  *find({ encoding, byId }) {
    yield 0;
    if (!encoding) return [];
    return encoding.tooLong.map(({ id, tokenCount }) => ({
      id,
      line: byId.get(id)?.line ?? 0,
      what: `${tokenCount.toLocaleString("en-US")} tokens; the limit is ${encoding.maxSeqLen}.`,
    }));
  },
  remedy(found, { encoding }) {
    if (!encoding || encoding.maxSeqLen >= encoding.contextLength) return leaveOut(found);
    const longest = Math.max(...encoding.tooLong.map(({ tokenCount }) => tokenCount));
    const maxSeqLen = Math.min(longest, encoding.contextLength);
    return raiseLimit(maxSeqLen);
  },
};

const raiseLimit = (maxSeqLen: number): Remedy => ({
  of: "setting",
  label: `Raise the limit to ${maxSeqLen.toLocaleString("en-US")} tokens`,
  changes: { maxSeqLen },
});

export const CUT_PROMPTS: Check = {
  id: "cut-prompts",
  title: "Prompts that are cut",
  why: "The front of the prompt is missing, so the model learns to answer what it has not read.",
  severity: "look",
  advice: "",
  *find({ encoding, byId }): Generator<number, Found[], undefined> {
    yield 0;
    if (!encoding) return [];
    return encoding.cut.map(({ id, tokenCount }) => ({
      id,
      line: byId.get(id)?.line ?? 0,
      what: `${tokenCount.toLocaleString("en-US")} tokens: the first ${tokenCount - encoding.maxSeqLen} of its prompt are cut.`,
    }));
  },
  remedy: () => ({
    of: "setting",
    label: "Leave over-length records out instead",
    changes: { overLength: "exclude" },
  }),
};
