/** How an answer is judged: the same for base and tuned, in the page and in `npm run demo-metrics`. */
import type { StopReason } from "./metrics";

export type Expected = {
  /** Every answer that counts as right. */
  accepted: readonly string[];
  /** A sentence with {} where the answer stands; "" where no form is asked for. */
  form: string;
  /** True where capital and small letters are what the question is about. */
  isCased?: boolean;
};

export type Score = {
  /** Its first line, or as many as an accepted answer has, are that answer. */
  isRight: boolean;
  /** The first line fits the form, whatever stands in it; null where no form is asked for. */
  isRightForm: boolean | null;
  /** The model ended its answer itself. */
  isEnded: boolean;
};

/** Words that may stand in the form's gap. */
const GAP = "\\S+(?: \\S+){0,5}";

/** Case, space and the final stop do not count. */
export function normalizeAnswer(text: string): string {
  return withoutStop(text.toLowerCase());
}

const withoutStop = (text: string): string =>
  text.replace(/\s+/g, " ").trim().replace(/\.$/, "").trim();

/** Judges the first lines of an answer. */
export function scoreAnswer(
  text: string,
  reason: StopReason,
  { accepted, form, isCased = false }: Expected,
): Score {
  const lines = text.trim().split("\n");
  const normalize = isCased ? withoutStop : normalizeAnswer;
  const isRight = accepted.some((answer) => {
    const given = lines.slice(0, answer.trim().split("\n").length);
    return normalize(answer) === normalize(given.join("\n"));
  });
  return {
    isRight,
    isRightForm:
      form === "" ? null : isRight || toPattern(form).test(normalizeAnswer(lines[0] ?? "")),
    isEnded: reason === "end-of-text",
  };
}

function toPattern(form: string): RegExp {
  const parts = normalizeAnswer(form).split("{}");
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(GAP)}$`);
}
