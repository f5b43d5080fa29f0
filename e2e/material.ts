/** What the journeys are made with: a model's folder and a data file. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SHARED = join(ROOT, "..", "shared");

export type Material = {
  /** Stands in the titles of tests, so that a report says what they ran on. */
  title: string;
  /** Name under which the mirror serves the model. */
  repo: string;
  /** Folder with config.json, tokenizer.json and model.safetensors. */
  model: string;
  data: string;
};

const own: Material = {
  title: "our tiny model",
  repo: "tabtune/tiny",
  model: join(ROOT, "fixtures/tinyModel"),
  data: join(ROOT, "datasets/first-answers.jsonl"),
};

const shared: Material = {
  title: "stories260k",
  repo: "tabtune/stories260k",
  model: join(SHARED, "models/stories260k"),
  data: join(SHARED, "datasets/instruction_data_1100.json"),
};

/** Real weights and real data where `../shared` has them, our own small ones elsewhere. */
export const material = [shared.model, shared.data].every((path) => existsSync(path))
  ? shared
  : own;

/** The same everywhere, for tests that change its files. */
export const tiny = own;
