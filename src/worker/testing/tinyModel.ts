import { fetchBlob } from "@/engine/testing/files";
import type { ModelSource } from "../protocol";

const FILES = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

/** The tiny model of the fixtures, as if a person had dropped its files. */
export async function dropTinyModel(): Promise<ModelSource> {
  const files = [];
  for (const name of FILES) {
    files.push(new File([await fetchBlob(`/@fixtures/tinyModel/${name}`)], name));
  }
  return { kind: "files", name: "tiny", files };
}

/** So many short records as JSON Lines, each with an answer of its own. */
export function countingData(records: number): string {
  const lines = Array.from({ length: records }, (_, i) =>
    JSON.stringify({ instruction: `Say ${i}.`, output: `It is ${i}.` }),
  );
  return lines.join("\n");
}
