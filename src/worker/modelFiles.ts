/** From a model source to files: bundled, from the Hub, dropped, or kept from before. */
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";
import { downloadBundledModel } from "@/storage/bundledModel";
import { downloadHubModel } from "@/storage/hubModel";
import type { ModelCache } from "@/storage/modelCache";
import type { ModelOrigin } from "./modelSession";
import type { ModelSource } from "./protocol";

export type FoundModel = { files: ModelFiles; origin: ModelOrigin };

export type FindOptions = {
  cache: ModelCache;
  hubUrl: string;
  baseUrl: string;
  onProgress(doneBytes: number, totalBytes: number): void;
  signal: AbortSignal;
};

/** Downloads or reads the files of a model. Throws `hub/…`, `storage/…` or `model/…`. */
export async function findModel(source: ModelSource, options: FindOptions): Promise<FoundModel> {
  const { cache, hubUrl, baseUrl, signal } = options;
  const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }) =>
    options.onProgress(doneBytes, totalBytes);
  switch (source.kind) {
    case "bundled": {
      const files = await downloadBundledModel({ baseUrl, onProgress, signal });
      return { files, origin: { kind: "bundled" } };
    }
    case "hub": {
      const { repo, revision } = source;
      const request = { repo, revision, hubUrl, cache, onProgress, signal };
      return { files: await downloadHubModel(request), origin: { kind: "hub", repo, revision } };
    }
    case "files": {
      const files = await toModelFiles(source.files);
      // Kept, so that a run on it can be resumed when the page was closed.
      const key = await cache.saveLocalModel(source.name, files);
      return { files, origin: { kind: "files", name: source.name, key } };
    }
  }
}

/** The model of a saved run: from the same place, or from the copy kept of dropped files. */
export async function findModelAgain(
  origin: ModelOrigin,
  options: FindOptions,
): Promise<FoundModel> {
  if (origin.kind !== "files") return findModel(origin, options);
  const files = await options.cache.openModel(origin.key);
  if (!files) {
    throw new AppError(
      "run/cannot-resume",
      `The files of ${origin.name} are no longer in this browser. Drop them on the page, then resume.`,
    );
  }
  return { files, origin };
}

/** Files as they were dropped, by name; a single ZIP is opened. */
async function toModelFiles(files: File[]): Promise<ModelFiles> {
  const [first] = files;
  if (files.length === 1 && first?.name.endsWith(".zip")) {
    const { unzipFiles } = await import("@/engine/formats/zip");
    return unzipFiles(first);
  }
  return new Map(files.map((file) => [file.name, file]));
}
