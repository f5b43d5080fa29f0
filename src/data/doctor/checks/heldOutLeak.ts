import { leaveOut, type Check } from "../check";
import { placeOf } from "../place";
import type { Twin, Twins } from "../twins/twins";

/** The split keeps exact copies on one side; nearly the same records it cannot know. */
export const HELD_OUT_LEAK: Check = {
  id: "held-out-leak",
  title: "Held-out records that are also trained on",
  why: "The held-out loss is then partly the loss of what was learned by heart.",
  severity: "mend",
  advice: "",
  *find({ twins, encoding }) {
    yield 0;
    if (!encoding) return [];
    const { heldOut } = encoding;
    return copiesOf(twins).flatMap(({ copy, of }) => {
      if (heldOut.has(copy.id) === heldOut.has(of.id)) return [];
      const what = heldOut.has(copy.id)
        ? `Held out, and nearly the same as ${placeOf(of)}, which is trained on.`
        : `Trained on, and nearly the same as ${placeOf(of)}, which is held out.`;
      return [{ id: copy.id, line: copy.line, what }];
    });
  },
  // What is held out is drawn anew after every change, and would then part other copies.
  remedy(_found, { twins }) {
    const copies = copiesOf(twins).map(({ copy: { id, line } }) => ({ id, line, what: "" }));
    const label =
      copies.length === 1 ? "Leave out the copy" : `Leave out all ${copies.length} copies`;
    return { ...leaveOut(copies), label };
  },
};

const copiesOf = ({ exact, near }: Twins): Twin[] => [...exact, ...near];
