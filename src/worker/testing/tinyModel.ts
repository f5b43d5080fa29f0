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
