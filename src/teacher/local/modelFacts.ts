/** What a model of the Hub is before it is loaded: its size, its license, and in which precision it would run. */
import { AppError } from "@/core/errors";
import { checkHubName } from "@/storage/hubModel";

export type LocalDevice = "webgpu" | "wasm";

/** Names of transformers.js for the precisions of an ONNX file, and how the file's name ends. */
const SUFFIXES = {
  fp32: "",
  fp16: "_fp16",
  q8: "_quantized",
  int8: "_int8",
  uint8: "_uint8",
  q4: "_q4",
  q4f16: "_q4f16",
} as const;
export type Precision = keyof typeof SUFFIXES;

/** Best first: small and quick before exact. 8-bit integers have no fast kernels on WebGPU. */
const PREFERRED: Record<"webgpu" | "webgpu-f16" | "wasm", readonly Precision[]> = {
  "webgpu-f16": ["q4f16", "fp16", "q4", "fp32"],
  webgpu: ["q4", "fp32"],
  wasm: ["q8", "int8", "uint8", "q4", "fp32"],
};

export type ModelFacts = {
  repo: string;
  precision: Precision;
  device: LocalDevice;
  /** Bytes of all files that loading fetches. */
  downloadBytes: number;
  /** As its card says, such as "apache-2.0"; null where it says nothing. */
  license: string | null;
};

export type FactsRequest = {
  repo: string;
  hubUrl: string;
  device: LocalDevice;
  /** The GPU computes in half precision. */
  hasF16: boolean;
  fetch?: typeof globalThis.fetch;
};

export const REVISION = "main";
const SMALL_FILES = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
];

/** Looks a model up. Throws `hub/…`, and `teacher/no-onnx` for one without files that run in a tab. */
export async function findModelFacts(request: FactsRequest): Promise<ModelFacts> {
  const { repo, device, hasF16 } = request;
  checkHubName(repo, REVISION);
  const sizes = await findSizes(request);
  const order = PREFERRED[device === "wasm" ? "wasm" : hasF16 ? "webgpu-f16" : "webgpu"];
  const precision = order.find((name) => sizes.has(onnxFile(name)));
  if (!precision) {
    const message = `${repo} has none of ${order.map(onnxFile).join(", ")}.`;
    throw new AppError("teacher/no-onnx", message, { repo });
  }
  let downloadBytes = 0;
  for (const [path, bytes] of sizes) {
    // Weights over 2 GB lie beside the graph, in `….onnx_data` and on.
    const isWeights =
      path === onnxFile(precision) || path.startsWith(`${onnxFile(precision)}_data`);
    if (isWeights || SMALL_FILES.includes(path)) downloadBytes += bytes;
  }
  return { repo, precision, device, downloadBytes, license: await findLicense(request) };
}

function onnxFile(precision: Precision): string {
  return `onnx/model${SUFFIXES[precision]}.onnx`;
}

function fileAddress({ hubUrl, repo }: FactsRequest, path: string): string {
  return `${hubUrl.replace(/\/+$/, "")}/${repo}/resolve/${REVISION}/${path}`;
}

/** Sizes of the repository's files; where the server has no list, of those that can be asked for. */
async function findSizes(request: FactsRequest): Promise<Map<string, number>> {
  const { repo, hubUrl } = request;
  const doFetch = request.fetch ?? fetch;
  const { listFiles } = await import("@huggingface/hub");
  const sizes = new Map<string, number>();
  try {
    const entries = listFiles({
      repo: { type: "model", name: repo },
      revision: REVISION,
      recursive: true,
      hubUrl: hubUrl.replace(/\/+$/, ""),
      fetch: doFetch,
    });
    for await (const { type, path, size } of entries) if (type === "file") sizes.set(path, size);
  } catch {
    // A mirror may have the files and no list.
    const asked = [
      ...SMALL_FILES,
      ...Object.keys(SUFFIXES).map((key) => onnxFile(key as Precision)),
    ];
    await Promise.all(
      asked.map(async (path) => {
        const bytes = await askSize(doFetch, fileAddress(request, path));
        if (bytes !== null) sizes.set(path, bytes);
      }),
    );
  }
  if (!sizes.has("config.json")) {
    const { host } = new URL(hubUrl);
    const message = `${host} has no model ${repo}: there is no config.json.`;
    throw new AppError("hub/not-found", message, { repo });
  }
  return sizes;
}

async function askSize(doFetch: typeof fetch, url: string): Promise<number | null> {
  try {
    const response = await doFetch(url, { method: "HEAD" });
    return response.ok ? Number(response.headers.get("content-length") ?? 0) : null;
  } catch (cause) {
    const message = `${new URL(url).host} could not be reached.`;
    throw new AppError("hub/failed", message, { url }, { cause });
  }
}

/** From the front matter of the model's card. */
async function findLicense(request: FactsRequest): Promise<string | null> {
  try {
    const response = await (request.fetch ?? fetch)(fileAddress(request, "README.md"));
    return response.ok ? parseLicense(await response.text()) : null;
  } catch {
    return null;
  }
}

export function parseLicense(card: string): string | null {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? "";
  const value = (key: string) =>
    new RegExp(`^${key}:[ \\t]*["']?([\\w .+-]+?)["']?[ \\t]*$`, "m").exec(front)?.[1] ?? null;
  const license = value("license");
  return license === "other" ? (value("license_name") ?? license) : license;
}
