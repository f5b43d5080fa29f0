import type { EvaluationSet } from "../evaluationSet";
import type { EvaluationTexts } from "./check";

/** What of an evaluation set must not stand in the data that is trained on. */
export function toEvaluationTexts(title: string, set: EvaluationSet): EvaluationTexts {
  if (set.of === "passages") return { title, questions: [], passages: set.items };
  const questions = set.items.map(({ instruction, input }) =>
    input === "" ? instruction : `${instruction}\n${input}`,
  );
  return { title, questions, passages: [] };
}
