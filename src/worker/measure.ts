/** Asks both sides the questions of an evaluation set and counts; or reads prose and takes the loss. */
import { AppError } from "@/core/errors";
import { defaultSampling } from "@/core/generation";
import type { Side } from "@/core/metrics";
import { Random } from "@/core/random";
import { scoreAnswer } from "@/core/scoring";
import { BUNDLED_SETS, fetchBundledText } from "@/data/bundled";
import {
  parseEvaluationSet,
  type EvaluationQuestion,
  type EvaluationSet,
  type QuestionSet,
} from "@/data/evaluationSet";
import { makeBatch } from "@/data/pack";
import { heldOutLoss } from "@/engine/evaluate/heldOutLoss";
import type { AnswerUpdate } from "@/engine/generate/compare";
import type { WeightView } from "@/engine/model/causalLm";
import { answerSides, type AnswerContext } from "./answers";
import type { LoadedModel } from "./modelSession";
import type {
  MeasuredAnswer,
  MeasuredLoss,
  MeasuredRecord,
  MeasureRequest,
  TrainerEvent,
} from "./protocol";

/** The order in which a set is asked has a stream of its own. */
const ORDER_STREAM = 500;

export type MeasureParts = {
  context: AnswerContext;
  /** What the data brought along. */
  ownSets: readonly QuestionSet[];
  /** null: nothing was tuned, the base is measured alone. */
  tunedView: WeightView | null;
  /** Runs a task while nothing else uses the model. */
  inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  isStopped: () => boolean;
  emit: (event: TrainerEvent) => void;
};

/** Remembers what the base said: after more training only the tuned side needs to be asked again. */
export class Measuring {
  readonly #baseAnswers = new Map<string, MeasuredAnswer>();
  readonly #baseLosses = new Map<string, MeasuredLoss>();

  /** Another model: the base must be asked anew. */
  forget(): void {
    this.#baseAnswers.clear();
    this.#baseLosses.clear();
  }

  /** Emits every record as it is known, and then how it ended. Throws `data/…` and `hub/failed`. */
  async run(requestId: string, request: MeasureRequest, parts: MeasureParts): Promise<void> {
    const { dataset, count, seed } = request;
    const { of, items } = await findSet(dataset, parts.ownSets);
    const order = new Random(seed, ORDER_STREAM).shuffled(items.map((_, i) => i));
    const chosen = count === 0 ? order : order.slice(0, count);
    for (const [done, index] of chosen.entries()) {
      const record = await parts.inTurn(() =>
        of === "questions"
          ? this.#ask(items[index] as EvaluationQuestion, dataset, parts)
          : this.#read(items[index] as string, parts),
      );
      if (record === null) {
        parts.emit({ type: "measureEnded", requestId, reason: "stopped" });
        return;
      }
      parts.emit({ type: "measured", requestId, done: done + 1, total: chosen.length, record });
    }
    parts.emit({ type: "measureEnded", requestId, reason: "finished" });
  }

  /** null when it was stopped on the way. */
  async #ask(
    question: EvaluationQuestion,
    dataset: string,
    { context, tunedView, isStopped }: MeasureParts,
  ): Promise<MeasuredRecord | null> {
    // Stopped while it waited for its turn: the sides may be gone.
    if (isStopped()) return null;
    const { instruction, input, output, kind } = question;
    const { template, isRaw } = context;
    const key = JSON.stringify([dataset, template.jinja, isRaw, instruction, input]);
    const known = this.#baseAnswers.get(key);
    const sides: { side: Side; view: WeightView }[] = [];
    if (!known) sides.push({ side: "base", view: context.loaded.model.baseView });
    if (tunedView) sides.push({ side: "tuned", view: tunedView });
    const ends = new Map<Side, MeasuredAnswer>();
    const onUpdate = ({ side, text, reason }: AnswerUpdate) => {
      if (reason !== null) ends.set(side, { text, ...scoreAnswer(text, reason, question) });
    };
    const prompt = { instruction, input };
    await answerSides(context, prompt, defaultSampling(), sides, onUpdate, isStopped);
    const base = known ?? ends.get("base");
    if (isStopped() || !base) return null;
    this.#baseAnswers.set(key, base);
    return {
      of: "question",
      instruction,
      input,
      output,
      kind,
      base,
      tuned: ends.get("tuned") ?? null,
    };
  }

  async #read(
    text: string,
    { context: { loaded }, tunedView, isStopped }: MeasureParts,
  ): Promise<MeasuredRecord | null> {
    if (isStopped()) return null;
    const base =
      this.#baseLosses.get(text) ?? (await takeLoss(loaded, loaded.model.baseView, text));
    this.#baseLosses.set(text, base);
    const tuned = tunedView && (await takeLoss(loaded, tunedView, text));
    return { of: "passage", text, base, tuned };
  }
}

async function findSet(dataset: string, ownSets: readonly QuestionSet[]): Promise<EvaluationSet> {
  const own = ownSets.find(({ name }) => name === dataset);
  if (own) return { of: "questions", items: own.questions };
  const set = BUNDLED_SETS.find(({ name, use }) => name === dataset && use === "evaluation");
  if (!set) throw new AppError("data/unreadable", `There is no set ${dataset} to measure with.`);
  return parseEvaluationSet(set.title, await fetchBundledText(set.file));
}

/** Summed loss of a text's tokens, each from those before it, up to the model's context. */
async function takeLoss(
  { model, tokenizer }: LoadedModel,
  view: WeightView,
  text: string,
): Promise<MeasuredLoss> {
  const { maxPositions } = model.config;
  const tokenIds = Int32Array.from(
    tokenizer.encode(text, { addSpecialTokens: true }).slice(0, maxPositions),
  );
  const example = { line: 1, tokenIds, lossMask: new Uint8Array(tokenIds.length).fill(1) };
  const batch = makeBatch([example], tokenizer.padTokenId, maxPositions);
  const { evalLoss, countedTokens } = await heldOutLoss(model, view, [batch]);
  return { lossSum: evalLoss * countedTokens, tokenCount: countedTokens };
}
