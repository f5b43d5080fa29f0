/** The model that comes with the page. */
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";
import { openRemoteFile } from "./download";
import { ProgressMeter, type OnDownloadProgress } from "./progress";

const FILES = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "model.safetensors",
];

/** Reads it from this site; the browser's own HTTP cache keeps it. */
export async function downloadBundledModel({
  baseUrl,
  onProgress = () => undefined,
  signal,
  fetch,
}: {
  /** Where the page lives, ending in "/". */
  baseUrl: string;
  onProgress?: OnDownloadProgress;
  signal?: AbortSignal;
  fetch?: typeof globalThis.fetch;
}): Promise<ModelFiles> {
  const meter = new ProgressMeter(onProgress);
  const files: ModelFiles = new Map();
  for (const name of FILES) {
    const url = `${baseUrl}models/tabtune-base/${name}`;
    const file = await openRemoteFile(url, `The bundled model's ${name}`, {
      ...(signal && { signal }),
      ...(fetch && { fetch }),
    });
    if (!file) {
      throw new AppError("hub/not-found", `The bundled model lacks ${name} on this site.`, { url });
    }
    meter.totalBytes += file.announcedBytes ?? 0;
    const parts: Blob[] = [];
    for await (const chunk of file.chunks) {
      parts.push(new Blob([chunk]));
      meter.add(chunk.length);
    }
    files.set(name, new Blob(parts));
  }
  meter.finish();
  return files;
}
