/** Files of the test server: `/@fixtures/…`, and `/@shared/…` where `../shared` exists. */
import type { ModelFiles } from "@/core/modelFiles";
import { parseModelConfig, type ModelConfig } from "../formats/hfConfig";
import { readSafetensorsHeader, type TensorEntry } from "../formats/safetensors";
import { CausalLm } from "../model/causalLm";
import { loadWeights, locateWeights } from "../model/weights";

export async function fetchBlob(path: string): Promise<Blob> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.blob();
}

export async function fetchJson<T>(path: string): Promise<T> {
  return JSON.parse(await (await fetchBlob(path)).text()) as T;
}

/** Whether `../shared` lies beside the project. */
export async function hasShared(): Promise<boolean> {
  return (await fetch("/@shared/README.md")).ok;
}

/** Config and weights of a model folder, on the device. */
export async function loadTestModel(folder: string): Promise<CausalLm> {
  const config: ModelConfig = parseModelConfig(await fetchJson(`${folder}/config.json`));
  const files: ModelFiles = new Map([
    ["model.safetensors", await fetchBlob(`${folder}/model.safetensors`)],
  ]);
  const located = await locateWeights(files, config);
  return new CausalLm(config, await loadWeights(located, config, () => {}));
}

/** A safetensors file read whole, integers included. */
export async function readAllTensors(
  path: string,
): Promise<Map<string, Float32Array | Int32Array>> {
  const blob = await fetchBlob(path);
  const header = await readSafetensorsHeader(blob);
  const bytes = await blob.arrayBuffer();
  const read = ({ dtype, begin, end }: TensorEntry) => {
    const part = bytes.slice(begin, end);
    return dtype === "I32" ? new Int32Array(part) : new Float32Array(part);
  };
  return new Map([...header.tensors].map(([name, entry]) => [name, read(entry)]));
}
