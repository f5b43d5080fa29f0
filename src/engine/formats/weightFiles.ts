/** Which of a model's files hold its weights. */
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";

const WEIGHTS_FILE = "model.safetensors";
const INDEX_FILE = "model.safetensors.index.json";
const ADAPTER_FILE = "adapter_model.safetensors";
const PICKLE = /\.(bin|pt|pth|ckpt|pkl)$/i;

/**
 * Names of the weight files: one file, or the shards of an index. Throws `model/pickle` when there
 * are only pickle files, and `model/missing-file` when a shard or everything is missing.
 */
export async function detectWeightFiles(files: ModelFiles): Promise<string[]> {
  const index = files.get(INDEX_FILE);
  if (files.has(WEIGHTS_FILE)) return [WEIGHTS_FILE];
  if (index) return findShards(files, await index.text());
  const others = [...files.keys()].filter(
    (name) => name.endsWith(".safetensors") && name !== ADAPTER_FILE,
  );
  // One file under a name of its own is clear enough; several are not, without an index.
  if (others.length === 1) return others;
  if (others.length > 1) {
    throw new AppError(
      "model/missing-file",
      `There are ${others.length} .safetensors files (${others.slice(0, 3).join(", ")}…), but no ${INDEX_FILE} that says how they belong together.`,
      { file: INDEX_FILE },
    );
  }
  const pickle = [...files.keys()].find((name) => PICKLE.test(name));
  if (pickle !== undefined) {
    throw new AppError(
      "model/pickle",
      `The weights are in ${pickle}, a Python pickle: loading one runs whatever code is in it, so TabTune does not. Look for a ${WEIGHTS_FILE} of the same model.`,
      { file: pickle },
    );
  }
  throw new AppError(
    "model/missing-file",
    `There is no ${WEIGHTS_FILE} among the files (${[...files.keys()].join(", ") || "none"}).`,
    { file: WEIGHTS_FILE },
  );
}

function findShards(files: ModelFiles, indexText: string): string[] {
  const shards = parseShardNames(indexText);
  const missing = shards.filter((name) => !files.has(name));
  if (missing.length > 0) {
    throw new AppError(
      "model/missing-file",
      `${missing.length} of the ${shards.length} weight files are missing: ${missing.join(", ")}.`,
      { file: missing[0] ?? "", count: missing.length },
    );
  }
  return shards;
}

function parseShardNames(indexText: string): string[] {
  let json: unknown;
  try {
    json = JSON.parse(indexText);
  } catch (cause) {
    throw new AppError("model/bad-safetensors", `${INDEX_FILE} is not JSON.`, {}, { cause });
  }
  const map = (json as { weight_map?: unknown } | null)?.weight_map;
  const names = typeof map === "object" && map !== null ? Object.values(map) : [];
  if (names.length === 0 || !names.every((name) => typeof name === "string")) {
    throw new AppError(
      "model/bad-safetensors",
      `${INDEX_FILE} has no weight_map from tensor names to file names.`,
    );
  }
  return [...new Set(names)].toSorted();
}
