/** Saved runs: what is written of a run, and how it is brought back. */
import * as v from "valibot";
import { AppError } from "@/core/errors";
import type { EvalRecord, StepRecord } from "@/core/metrics";
import { checkRunConfig, type RunConfig } from "@/core/runConfig";
import type { ColumnMapping } from "@/data/columns";
import type { DataProblem } from "@/data/conversation";
import type { DataEdit } from "@/data/edits/edits";
import type { QuestionSet } from "@/data/evaluationSet";
import { remapDataset, type Dataset } from "@/data/dataset";
import { mixDatasets, type MixShare } from "@/data/mix/mix";
import type { DataRecord } from "@/data/parse/parse";
import type { ModelOrigin } from "./modelSession";
import type { PinnedPrompt, SavedRun } from "./protocol";

/** Everything of a run but its data and tensors. */
export type RunMeta = {
  version: 1;
  savedAt: number;
  modelName: string;
  dataName: string;
  origin: ModelOrigin;
  config: RunConfig;
  step: number;
  totalSteps: number;
  pinnedPrompts: PinnedPrompt[];
  steps: StepRecord[];
  evals: EvalRecord[];
};

const metaSchema = v.looseObject({
  version: v.literal(1),
  savedAt: v.number(),
  modelName: v.string(),
  dataName: v.string(),
  origin: v.looseObject({ kind: v.picklist(["bundled", "hub", "files"]) }),
  config: v.looseObject({}),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  totalSteps: v.pipe(v.number(), v.integer(), v.minValue(0)),
  pinnedPrompts: v.array(v.object({ instruction: v.string(), input: v.string() })),
  steps: v.array(v.looseObject({ step: v.number() })),
  evals: v.array(v.looseObject({ step: v.number() })),
});

/** A saved file's meta, checked; throws `run/cannot-resume`. */
export function parseRunMeta(value: unknown): RunMeta {
  const result = v.safeParse(metaSchema, value);
  if (!result.success) {
    const issue = result.issues[0];
    throw new AppError(
      "run/cannot-resume",
      `The saved run is damaged: ${v.getDotPath(issue) ?? "its description"} ${issue.message}.`,
    );
  }
  const meta = result.output as unknown as RunMeta;
  checkRunConfig(meta.config);
  return meta;
}

export function toSavedRun(runId: string, meta: RunMeta, bytes: number): SavedRun {
  const { savedAt, modelName, dataName, config, step, totalSteps, steps } = meta;
  const lastLoss = steps.at(-1)?.trainLoss ?? null;
  return { runId, savedAt, modelName, dataName, config, step, totalSteps, lastLoss, bytes };
}

type SavedSource = {
  name: string;
  records: DataRecord[];
  parseProblems: DataProblem[];
  mapping: ColumnMapping;
  /** Runs of former versions have none. */
  questionSets?: QuestionSet[];
};

type SavedMix = { seed: number; parts: (MixShare & { id: number; source: SavedSource })[] };

/** Runs of former versions have no edits. */
type SavedData = (SavedSource | { mix: SavedMix }) & { edits?: DataEdit[] };

/**
 * The records, how they are read and what was changed by hand, as JSON: a run must not depend on a
 * file it cannot open again. Of a mix all records are kept, so that it can be changed later.
 */
export function writeDataset(dataset: Dataset, edits: DataEdit[]): Blob {
  const { mix } = dataset;
  const toSaved = ({ name, records, parseProblems, mapping, questionSets }: Dataset) => {
    return { name, records, parseProblems, mapping, questionSets };
  };
  const parts = mix?.parts.map(({ dataset, ...share }) => {
    return { ...share, source: toSaved(dataset) };
  });
  const saved: SavedData =
    mix && parts ? { mix: { seed: mix.seed, parts }, edits } : { ...toSaved(dataset), edits };
  return new Blob([JSON.stringify(saved)], { type: "application/json" });
}

export async function readSavedDataset(
  blob: Blob,
): Promise<{ dataset: Dataset; edits: DataEdit[] }> {
  const { edits = [], ...saved } = JSON.parse(await blob.text()) as SavedData;
  if (!("mix" in saved)) return { dataset: remapDataset(saved, saved.mapping), edits };
  const parts = saved.mix.parts.map(({ source, ...share }) => {
    return { ...share, dataset: remapDataset(source, source.mapping) };
  });
  return { dataset: mixDatasets({ seed: saved.mix.seed, parts }), edits };
}
