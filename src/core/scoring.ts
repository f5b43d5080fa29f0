/** How an answer is judged: the same for base and tuned, in the page and in `npm run demo-metrics`. */
import type { StopReason } from "./metrics";

export type Expected = {
  /** Every answer that counts as right. */
  accepted: readonly string[];
  /** A sentence with {} where the answer stands; "" where no form is asked for. */
  form: string;
};

export type Score = {
  /** The first line is one of the accepted answers. */
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
  return text.toLowerCase().replace(/\s+/g, " ").trim().replace(/\.$/, "").trim();
}

/** Judges the first line of an answer. */
export function scoreAnswer(text: string, reason: StopReason, { accepted, form }: Expected): Score {
  const [firstLine = ""] = text.trim().split("\n");
  const given = normalizeAnswer(firstLine);
  const isRight = accepted.some((answer) => normalizeAnswer(answer) === given);
  return {
    isRight,
    isRightForm: form === "" ? null : isRight || toPattern(form).test(given),
    isEnded: reason === "end-of-text",
  };
}

function toPattern(form: string): RegExp {
  const parts = normalizeAnswer(form).split("{}");
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(GAP)}$`);
}
