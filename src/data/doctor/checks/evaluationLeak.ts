/**
 * Records that hold a question or a passage of a set that measures. Short questions are compared as a
 * whole; of longer texts thirteen words in a row are enough (Brown et al. 2020, "Language models are
 * few-shot learners", appendix C).
 */
import { leaveOut, type Check, type CheckInput, type EvaluationTexts, type Found } from "../check";
import { normalize, toWords } from "../text";

const RUN = 13;

export const EVALUATION_LEAK: Check = {
  id: "evaluation-leak",
  title: "Records of the evaluation sets",
  why: "A score on a set is worth nothing once its answers were learned.",
  severity: "mend",
  advice: "",
  *find({ samples, evaluation }: CheckInput) {
    const { questions, runs } = yield* readSets(evaluation);
    const found: Found[] = [];
    for (const [i, sample] of samples.entries()) {
      if (i % 16 === 0) yield i;
      const asked = sample.turns
        .map(({ prompt }) => questions.get(normalize(prompt)))
        .find(Boolean);
      const set = asked ?? findRun(`${sample.question} ${sample.answer}`, runs);
      if (!set) continue;
      const what = asked
        ? `The set “${set}” asks this question.`
        : `${RUN} words in a row stand in the set “${set}”.`;
      found.push({ id: sample.id, line: sample.line, what });
    }
    return found;
  },
  remedy: leaveOut,
};

type Known = { questions: Map<string, string>; runs: Map<number, { text: string; title: string }> };

function* readSets(sets: readonly EvaluationTexts[]): Generator<number, Known, undefined> {
  const questions = new Map<string, string>();
  const runs: Known["runs"] = new Map();
  for (const { title, questions: asked, passages } of sets) {
    for (const text of asked) questions.set(normalize(text), title);
    for (const text of [...asked, ...passages]) {
      for (const [hash, words] of runsOf(normalize(text))) {
        runs.set(hash, { text: words().join(" "), title });
      }
      yield 0;
    }
  }
  questions.delete("");
  return { questions, runs };
}

function findRun(text: string, runs: Known["runs"]): string | undefined {
  for (const [hash, words] of runs.size > 0 ? runsOf(text) : []) {
    const run = runs.get(hash);
    if (run && run.text === words().join(" ")) return run.title;
  }
  return undefined;
}

const BASE = 0x01000193;
/** What a word that leaves the run had been multiplied by. */
const OLDEST = Array.from({ length: RUN }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** Every run of words by a rolling hash, which costs the same however long the run is. */
function* runsOf(normalized: string): Generator<[hash: number, words: () => string[]]> {
  const words = toWords(normalized);
  const hashes = words.map(hashWord);
  let hash = 0;
  for (let end = 0; end < words.length; end++) {
    hash = (Math.imul(hash, BASE) + hashes[end]!) | 0;
    if (end >= RUN) hash = (hash - Math.imul(hashes[end - RUN]!, OLDEST)) | 0;
    if (end >= RUN - 1) yield [hash, () => words.slice(end - RUN + 1, end + 1)];
  }
}

function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), BASE);
  return hash;
}
