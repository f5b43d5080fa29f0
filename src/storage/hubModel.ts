/**
 * A model from Hugging Face, or from a mirror that serves the same addresses: read once, kept in the
 * cache, and from then on opened without the network.
 *
 * Where the server has the Hub's API, @huggingface/hub lists the repository first: exact sizes, and
 * no request for what is not there. A plain static mirror has only files; then they are tried by
 * their addresses. The files themselves are fetched by address in both cases, because a mirror
 * needs neither ranges nor entity tags for that.
 */
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";
import { cancelled, hasRemoteFile, openRemoteFile, type FetchOptions } from "./download";
import { hubModelKey, type ModelCache, type ModelWriter } from "./modelCache";
import { ProgressMeter, type OnDownloadProgress } from "./progress";

export type HubModelRequest = {
  /** "owner/name", or the name alone of an old repository. */
  repo: string;
  /** A branch, tag or commit. */
  revision: string;
  /** https://huggingface.co, or a mirror. */
  hubUrl: string;
  cache: ModelCache;
  onProgress?: OnDownloadProgress;
  signal?: AbortSignal;
  fetch?: typeof globalThis.fetch;
};

const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";
const REQUIRED = ["config.json", "tokenizer.json"];
const OPTIONAL = ["tokenizer_config.json", "generation_config.json", "chat_template.jinja"];
const PICKLE = /\.(bin|pt|pth|ckpt)$/;
const SHARD = /^[\w-][\w.-]*\.safetensors$/;
/** More shards than any model that fits a browser has. */
const MAX_SHARDS = 1000;

/** Throws `hub/not-found` for what cannot be a repository or a revision. */
export function checkHubName(repo: string, revision: string): void {
  const isRepo =
    repo.length <= 96 &&
    /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9_][\w.-]*)?$/.test(repo) &&
    !/\.\.|--|[.-](\/|$)/.test(repo);
  if (!isRepo) {
    throw new AppError(
      "hub/not-found",
      `"${repo}" is not the name of a Hugging Face model, such as EleutherAI/pythia-14m.`,
      { repo },
    );
  }
  const isRevision =
    revision.length <= 255 &&
    /^[A-Za-z0-9_][\w./-]*$/.test(revision) &&
    !/\.\.|\/\/|\/\.|[./]$/.test(revision);
  if (!isRevision) {
    throw new AppError(
      "hub/not-found",
      `"${revision}" is not the name of a branch, tag or commit, such as main.`,
      { revision },
    );
  }
}

function checkHubUrl(hubUrl: string): void {
  if (!/^https?:\/\/[^/]/.test(hubUrl) || !URL.canParse(hubUrl)) {
    throw new AppError(
      "hub/failed",
      `"${hubUrl}" is not the address of a hub, such as https://huggingface.co.`,
      { hubUrl },
    );
  }
}

/**
 * The files of a model. Throws `hub/…`, `model/pickle` when there are only pickle files, and
 * `storage/…`; whatever fails, no half model stays behind.
 */
export async function downloadHubModel(request: HubModelRequest): Promise<ModelFiles> {
  const { repo, revision, cache, signal } = request;
  checkHubName(repo, revision);
  checkHubUrl(request.hubUrl);
  const key = hubModelKey(repo, revision);
  const kept = await cache.openModel(key);
  if (kept) return kept;
  if (signal?.aborted) throw cancelled();
  const download = new HubDownload(request, await cache.createModel(key));
  try {
    await download.run();
  } catch (error) {
    await download.writer.discard();
    throw error;
  }
  const files = await cache.openModel(key);
  if (!files) throw new AppError("storage/failed", `${repo} was saved, but cannot be opened.`);
  return files;
}

/** Sizes of the files at the top of the repository by name; null where there is no API to ask. */
type Listing = Map<string, number> | null;

class HubDownload {
  readonly writer: ModelWriter;
  readonly #request: HubModelRequest;
  readonly #options: FetchOptions;
  readonly #meter: ProgressMeter;
  #listing: Listing = null;
  #commit = "";

  constructor(request: HubModelRequest, writer: ModelWriter) {
    this.#request = request;
    this.writer = writer;
    this.#options = {
      ...(request.signal && { signal: request.signal }),
      ...(request.fetch && { fetch: request.fetch }),
    };
    this.#meter = new ProgressMeter(request.onProgress ?? (() => undefined));
  }

  async run(): Promise<void> {
    const { repo, revision } = this.#request;
    this.#listing = await listRepo(this.#request);
    this.#meter.totalBytes = this.#listedBytes();
    for (const name of REQUIRED) {
      if (!(await this.#take(name))) throw this.#missing(name);
    }
    for (const name of OPTIONAL) await this.#take(name);
    if (!(await this.#take(WEIGHTS)) && !(await this.#takeShards())) throw await this.#noWeights();
    await this.writer.finish({ name: repo, repo, revision, commit: this.#commit });
    this.#meter.finish();
  }

  /** What will be fetched, as far as the list says it. */
  #listedBytes(): number {
    if (!this.#listing) return 0;
    const hasWhole = this.#listing.has(WEIGHTS);
    let bytes = 0;
    for (const [name, size] of this.#listing) {
      const isSmall = REQUIRED.includes(name) || OPTIONAL.includes(name);
      const isWeights = hasWhole ? name === WEIGHTS : name === INDEX || SHARD.test(name);
      if (isSmall || isWeights) bytes += size;
    }
    return bytes;
  }

  #address(name: string): string {
    const { hubUrl, repo, revision } = this.#request;
    return `${hubUrl.replace(/\/+$/, "")}/${repo}/resolve/${encodeURIComponent(revision)}/${name}`;
  }

  /** Fetches one file into the cache; false when it is not there. */
  async #take(name: string): Promise<boolean> {
    const listedBytes = this.#listing?.get(name);
    if (this.#listing && listedBytes === undefined) return false;
    const what = `${this.#request.repo}: ${name}`;
    const file = await openRemoteFile(this.#address(name), what, this.#options);
    if (!file) return false;
    this.#commit ||= file.headers.get("x-repo-commit") ?? "";
    if (!this.#listing) this.#meter.totalBytes += file.announcedBytes ?? 0;
    const bytes = await this.#write(name, file.chunks);
    if (listedBytes !== undefined && bytes !== listedBytes) {
      throw new AppError(
        "hub/failed",
        `${what}: ${bytes} bytes came, but the repository lists ${listedBytes}.`,
        { url: this.#address(name) },
      );
    }
    this.writer.addSize(name, bytes);
    return true;
  }

  async #write(name: string, chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<number> {
    const store = <T>(task: Promise<T>) =>
      task.catch(async (error: unknown) => {
        const { totalBytes, doneBytes } = this.#meter;
        throw await this.writer.toError(error, Math.max(totalBytes, doneBytes));
      });
    const file = await store(this.writer.openFile(name));
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        await store(file.write(chunk));
        bytes += chunk.length;
        this.#meter.add(chunk.length);
      }
      await store(file.close());
    } catch (error) {
      await file.abort().catch(() => undefined);
      throw error;
    }
    return bytes;
  }

  async #takeShards(): Promise<boolean> {
    if (!(await this.#take(INDEX))) return false;
    const index = parseIndex(await (await this.writer.readFile(INDEX)).text());
    if (!this.#listing) this.#meter.totalBytes += index.totalBytes;
    const announced = this.#meter.totalBytes;
    for (const shard of index.shards) {
      if (!(await this.#take(shard))) throw this.#missing(shard);
      // The index has counted the shards already.
      if (!this.#listing && index.totalBytes > 0) this.#meter.totalBytes = announced;
    }
    return true;
  }

  #missing(file: string): AppError {
    const { repo, revision } = this.#request;
    const url = this.#address(file);
    const { host } = new URL(url);
    // Without a list, a missing config.json is all that an absent repository shows.
    const message =
      !this.#listing && file === "config.json"
        ? `${host} has no model ${repo} at revision ${revision}: there is no config.json.`
        : `The model ${repo} has no ${file} at revision ${revision}.`;
    return new AppError("hub/not-found", message, { repo, revision, file, url });
  }

  async #noWeights(): Promise<AppError> {
    const { repo } = this.#request;
    const pickle = this.#listing
      ? [...this.#listing.keys()].find((name) => PICKLE.test(name))
      : (await hasRemoteFile(this.#address("pytorch_model.bin"), this.#options)) &&
        "pytorch_model.bin";
    if (!pickle) return this.#missing(WEIGHTS);
    return new AppError(
      "model/pickle",
      `The model ${repo} has its weights in ${pickle}, a Python pickle: loading one runs whatever code is in it, so TabTune does not. Look for a revision or a copy with ${WEIGHTS}.`,
      { repo, file: pickle },
    );
  }
}

/** Sizes of a repository's files; null where the server has no API, or it fails: addresses then tell. */
async function listRepo(request: HubModelRequest): Promise<Listing> {
  const { repo, revision, hubUrl, signal, fetch: doFetch = fetch } = request;
  // Only who downloads from a hub loads its library.
  const { listFiles } = await import("@huggingface/hub");
  const listing = new Map<string, number>();
  try {
    const entries = listFiles({
      repo: { type: "model", name: repo },
      revision,
      hubUrl: hubUrl.replace(/\/+$/, ""),
      fetch: (input, init) => doFetch(input, { ...init, signal: signal ?? null }),
    });
    for await (const { type, path, size } of entries) {
      if (type === "file") listing.set(path, size);
    }
  } catch {
    if (signal?.aborted) throw cancelled();
    return null;
  }
  return listing.size > 0 ? listing : null;
}

function parseIndex(text: string): { shards: string[]; totalBytes: number } {
  const bad = (reason: string, cause?: unknown) =>
    new AppError("model/bad-safetensors", `${INDEX} ${reason}.`, {}, { cause });
  type Index = { weight_map?: unknown; metadata?: { total_size?: unknown } } | null;
  let json: Index;
  try {
    json = JSON.parse(text) as Index;
  } catch (cause) {
    throw bad("is not JSON", cause);
  }
  const map = json?.weight_map;
  const names = new Set<unknown>(typeof map === "object" && map !== null ? Object.values(map) : []);
  const shards = [...names].filter((name): name is string => typeof name === "string");
  if (shards.length === 0) throw bad("has no weight_map from tensor names to file names");
  if (shards.length > MAX_SHARDS) throw bad(`names ${shards.length} files`);
  const wrong = [...names].find((name) => typeof name !== "string" || !SHARD.test(name));
  if (wrong !== undefined) throw bad(`names ${JSON.stringify(wrong)} as a file of weights`);
  const total = json?.metadata?.total_size;
  const totalBytes = typeof total === "number" && total > 0 ? total : 0;
  return { shards: shards.toSorted(), totalBytes };
}
