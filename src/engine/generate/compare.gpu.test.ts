/** Both sides in one batch, or in turn, give what each gives alone. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { defaultSampling, type SamplingConfig } from "@/core/generation";
import type { CausalLm, WeightView } from "../model/causalLm";
import { FullWeights } from "../model/fullWeights";
import { LoraAdapter } from "../model/lora";
import { startTestBackend } from "../testing/backend";
import { loadTestModel } from "../testing/files";
import { generateTokens } from "../testing/generateTokens";
import { randomNumbers } from "../testing/numbers";
import { engineMemory, tf } from "../tfjs";
import { disposeTuned, viewOf, type Tuned } from "../train/tuned";
import { useTiles } from "../webgpu/gemm/tune";
import { useRowLanes } from "../webgpu/sums";
import { compareAnswers, type AnswerUpdate } from "./compare";

beforeAll(startTestBackend);

const isWasm = inject("backend") === "wasm";
const NEW_TOKENS = isWasm ? 24 : 8;
const PROMPT = [3, 14, 15, 9, 26, 5, 35, 8, 9, 7, 9];

const greedy = { ...defaultSampling(), maxNewTokens: NEW_TOKENS };
const SAMPLINGS: Record<string, SamplingConfig> = {
  greedy,
  "greedy without repetition": { ...greedy, repetitionPenalty: 1.5 },
  sampled: { ...greedy, temperature: 1.3, topK: 20, topP: 0.9, repetitionPenalty: 1.2, seed: 7 },
};

/** With values that change the text. */
function createTuned(model: CausalLm, kind: Tuned["kind"]): Tuned {
  if (kind === "full") {
    const weights = new FullWeights(model);
    const [, first] = [...weights.variables][0]!;
    first.assign(tf.mul(first, -1));
    return { kind, weights };
  }
  const rank = 3;
  const layers = model.adaptableModules(model.family.targets.all).map((module, i) => {
    const [inFeatures, outFeatures] = model.baseWeight(`${module}.weight`).shape as number[];
    const a = randomNumbers(rank * inFeatures!, 2 * i + 1);
    return { module, a, b: randomNumbers(rank * outFeatures!, 2 * i + 2) };
  });
  const settings = { rank, alpha: 6, useRsLora: false };
  return { kind, adapter: LoraAdapter.fromLayers(model, settings, layers) };
}

type Ending = { eosTokenId?: number; turnMarker?: string; stopAfter?: number };

/** The last update of each side; its text is its tokens. */
async function compare(
  model: CausalLm,
  [base, tuned]: [WeightView, WeightView],
  sampling: SamplingConfig,
  { eosTokenId, turnMarker = "", stopAfter = Infinity }: Ending = {},
): Promise<AnswerUpdate[]> {
  const ends: AnswerUpdate[] = [];
  let updates = 0;
  await compareAnswers(
    model,
    [
      { side: "base", view: base },
      { side: "tuned", view: tuned },
    ],
    {
      promptIds: PROMPT,
      sampling,
      eosTokenId: eosTokenId ?? null,
      turnMarker,
      decode: (ids) => ids.map((id) => `${id} `).join(""),
    },
    (update) => {
      updates++;
      if (update.reason !== null) ends.push(update);
    },
    () => updates >= stopAfter,
  );
  return ends.sort((a, b) => a.side.localeCompare(b.side));
}

const textOf = (ids: number[]) => ids.map((id) => `${id} `).join("");

describe.each(["gpt-neox-parallel", "gpt2", "llama-gqa-tied"])("%s", (family) => {
  it.each(["lora", "full"] as const)(
    "tuned by %s, answers beside the base as alone",
    async (kind) => {
      const model = await loadTestModel(`/@fixtures/oracle/${family}`);
      const tuned = createTuned(model, kind);
      const views: [WeightView, WeightView] = [model.baseView, viewOf(model, tuned)];
      for (const [name, sampling] of Object.entries(SAMPLINGS)) {
        const alone: number[][] = [];
        for (const view of views) alone.push(await generateTokens(model, view, PROMPT, sampling));
        const [base, own] = alone as [number[], number[]];
        expect(own, name).not.toEqual(base);
        const whole = await compare(model, views, sampling);
        expect(
          whole.map(({ text }) => text),
          name,
        ).toEqual(alone.map(textOf));
        expect(whole.map(({ reason }) => reason)).toEqual(["max-tokens", "max-tokens"]);
        // A token that ends one side early, and the other later or never.
        for (const [ending, other] of [alone, [own, base]] as [number[], number[]][]) {
          const at = ending.findIndex((id, i) => i > 0 && other.slice(0, i + 1).indexOf(id) < 0);
          if (at < 0) continue;
          const eosTokenId = ending[at]!;
          const ends = await compare(model, views, sampling, { eosTokenId });
          const cut = alone.map((ids) => (ids.includes(eosTokenId) ? ids.indexOf(eosTokenId) : ids.length)); // prettier-ignore
          expect(
            ends.map(({ text }) => text),
            `${name}, ended by ${eosTokenId}`,
          ).toEqual(alone.map((ids, i) => textOf(ids.slice(0, cut[i]))));
          expect(Math.min(...cut)).toBeLessThan(Math.max(...cut));
        }
      }
      disposeTuned(tuned);
      model.dispose();
    },
  );
});

it("leaves no tensor and no new buffer behind, however an answer ends", async () => {
  // On WebGPU by the programs of a graphics card.
  useTiles(true);
  useRowLanes(64);
  const model = await loadTestModel("/@fixtures/oracle/llama-gqa-tied");
  const tuned = createTuned(model, "lora");
  const views: [WeightView, WeightView] = [model.baseView, viewOf(model, tuned)];
  const sampling = SAMPLINGS["sampled"]!;
  const base = await generateTokens(model, views[0], PROMPT, sampling);
  const alone = await generateTokens(model, views[1], PROMPT, sampling);
  const texts = (await compare(model, views, sampling)).map(({ text }) => text);
  expect(texts).toEqual([base, alone].map(textOf));
  const untuned = await compare(model, [views[0], views[0]], sampling);
  expect(untuned.map(({ side, text }) => [side, text])).toEqual([
    ["base", textOf(base)],
    ["tuned", textOf(base)],
  ]);
  const reasons = async (ending: Ending) =>
    (await compare(model, views, sampling, ending)).map(({ reason }) => reason);
  const answerAll = async () => {
    await generateTokens(model, model.baseView, PROMPT, sampling, 3);
    expect(await reasons({})).toEqual(["max-tokens", "max-tokens"]);
    expect(await reasons({ turnMarker: " " })).toEqual(["turn-marker", "turn-marker"]);
    expect(await reasons({ stopAfter: 4 })).toEqual(["stopped", "stopped"]);
    // The tuned side has ended before the base is stopped.
    const eosTokenId = alone[0]!;
    expect(await reasons({ eosTokenId, stopAfter: 5 })).toEqual(["stopped", "end-of-text"]);
  };
  await answerAll();
  const before = engineMemory();
  await answerAll();
  expect(engineMemory()).toEqual(before);
  disposeTuned(tuned);
  model.dispose();
});
