/** Downloads over real HTTP from the mirror that stands in for the Hub. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import { downloadBundledModel } from "@/storage/bundledModel";
import { checkHubName, downloadHubModel } from "@/storage/hubModel";
import { createMemoryDirectory } from "@/storage/memoryDirectory";
import { hubModelKey, ModelCache } from "@/storage/modelCache";
import type { DownloadProgress } from "@/storage/progress";
import { createTestDirectory } from "@/storage/testing/memoryDirectory";
import { startHubMirror, type HubMirror } from "./hubMirror.js";

const WEIGHT_BYTES = 300_000;
const weights = new Uint8Array(WEIGHT_BYTES).map((_, i) => i % 251);
const usual = {
  "config.json": '{"model_type":"llama"}',
  "tokenizer.json": "{}",
  "tokenizer_config.json": "{}",
};

function makeFolder(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), "tabtune-mirror-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const mirrors: HubMirror[] = [];
async function start(options: Parameters<typeof startHubMirror>[0]): Promise<HubMirror> {
  const mirror = await startHubMirror(options);
  mirrors.push(mirror);
  return mirror;
}
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
});

const newCache = () => new ModelCache(createMemoryDirectory(), true);
const faultOf = async (task: Promise<unknown>) =>
  (await task.then(() => null).catch((error: unknown) => error)) as AppError;

describe.each([true, false])("a mirror with an API: %s", (hasApi) => {
  const whole = makeFolder({ ...usual, "model.safetensors": weights, "README.md": "not needed" });

  async function setup(folder = whole, more = {}) {
    const mirror = await start({ models: { "me/tiny": folder }, hasApi, ...more });
    const cache = newCache();
    const request = { repo: "me/tiny", revision: "main", hubUrl: mirror.url, cache };
    return { mirror, cache, request };
  }

  test("a model arrives byte for byte, with what is needed and no more", async () => {
    const { mirror, request, cache } = await setup();
    const files = await downloadHubModel(request);
    expect([...files.keys()].toSorted()).toEqual([
      "config.json",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    const got = new Uint8Array((await files.get("model.safetensors")?.arrayBuffer()) ?? []);
    expect(Buffer.from(got).equals(Buffer.from(weights))).toBe(true);
    expect(mirror.requests.some((line) => line.includes("README"))).toBe(false);
    expect((await cache.listModels())[0]).toMatchObject({
      repo: "me/tiny",
      revision: "main",
      commit: "0123456789abcdef0123456789abcdef01234567",
      isComplete: true,
    });
  });

  test("progress ends at the whole, with a rate", async () => {
    const { request } = await setup(whole, { chunkDelayMs: 30 });
    const seen: DownloadProgress[] = [];
    await downloadHubModel({ ...request, onProgress: (progress) => seen.push(progress) });
    const last = seen.at(-1);
    const totalBytes = WEIGHT_BYTES + 22 + 2 + 2;
    expect(last).toMatchObject({ doneBytes: totalBytes, totalBytes, secondsLeft: 0 });
    expect(last?.bytesPerSecond).toBeGreaterThan(0);
    const done = seen.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test("the second time no request is made at all", async () => {
    const { mirror, request } = await setup();
    await downloadHubModel(request);
    await mirror.close();
    const count = mirror.requests.length;
    const files = await downloadHubModel({
      ...request,
      fetch: () => Promise.reject(new Error("no network")),
    });
    expect(files.get("model.safetensors")?.size).toBe(WEIGHT_BYTES);
    expect(mirror.requests).toHaveLength(count);
  });

  test("cancelling stops the transfer and leaves nothing behind", async () => {
    const { request, cache } = await setup(whole, { chunkDelayMs: 40 });
    const controller = new AbortController();
    const error = await faultOf(
      downloadHubModel({
        ...request,
        signal: controller.signal,
        onProgress: ({ doneBytes }) => {
          if (doneBytes > 60_000) controller.abort();
        },
      }),
    );
    expect(error.code).toBe("hub/cancelled");
    expect(await cache.openModel(hubModelKey("me/tiny", "main"))).toBeNull();
    expect(await cache.listModels()).toEqual([]);
    await downloadHubModel(request);
  });

  test("a signal that is already aborted makes no request", async () => {
    const { mirror, request } = await setup();
    const error = await faultOf(downloadHubModel({ ...request, signal: AbortSignal.abort() }));
    expect(error.code).toBe("hub/cancelled");
    expect(mirror.requests).toEqual([]);
  });

  test("a body that breaks off is a failure, is not tried again and is not kept", async () => {
    const { mirror, request, cache } = await setup(whole, {
      truncated: ["me/tiny/model.safetensors"],
    });
    const error = await faultOf(downloadHubModel(request));
    expect(error.code).toBe("hub/failed");
    expect(error.message).toMatch(/model\.safetensors: the download broke off after \d+ of 300000/);
    expect(await cache.listModels()).toEqual([]);
    const tries = mirror.requests.filter((line) => line.endsWith("/model.safetensors"));
    expect(tries).toHaveLength(1);
  });

  test("a gated model is refused in words", async () => {
    const { request } = await setup(whole, { gated: ["me/tiny"] });
    const error = await faultOf(downloadHubModel(request));
    expect(error.code).toBe("hub/gated");
    expect(error.message).toContain("signed in");
  });

  test("an absent repository and an absent revision are told", async () => {
    const { request } = await setup();
    const repo = await faultOf(downloadHubModel({ ...request, repo: "me/absent" }));
    expect(repo.code).toBe("hub/not-found");
    expect(repo.message).toContain("me/absent");
    const revision = await faultOf(downloadHubModel({ ...request, revision: "v2" }));
    expect(revision.code).toBe("hub/not-found");
    expect(revision.message).toMatch(/revision/);
  });

  test("an absent file is named", async () => {
    const { request } = await setup(makeFolder({ "config.json": "{}", "model.safetensors": "x" }));
    const error = await faultOf(downloadHubModel(request));
    expect(error.code).toBe("hub/not-found");
    expect(error.details).toMatchObject({ file: "tokenizer.json" });
    const without = await setup(makeFolder(usual));
    const noWeights = await faultOf(downloadHubModel(without.request));
    expect(noWeights).toMatchObject({
      code: "hub/not-found",
      details: { file: "model.safetensors" },
    });
  });

  test("a model with pickle files alone is refused as such", async () => {
    const { request } = await setup(makeFolder({ ...usual, "pytorch_model.bin": "x" }));
    const error = await faultOf(downloadHubModel(request));
    expect(error.code).toBe("model/pickle");
    expect(error.message).toContain("pytorch_model.bin");
  });

  test("shards are found by their index, and a missing one is named", async () => {
    const index = JSON.stringify({
      metadata: { total_size: 2000 },
      weight_map: { a: "model-1-of-2.safetensors", b: "model-2-of-2.safetensors" },
    });
    const shards = { "model-1-of-2.safetensors": new Uint8Array(1000) };
    const folder = makeFolder({
      ...usual,
      ...shards,
      "model.safetensors.index.json": index,
      "model-2-of-2.safetensors": new Uint8Array(1000),
    });
    const { request } = await setup(folder);
    const seen: DownloadProgress[] = [];
    const files = await downloadHubModel({ ...request, onProgress: (p) => seen.push(p) });
    expect(files.get("model-2-of-2.safetensors")?.size).toBe(1000);
    expect(seen.at(-1)?.secondsLeft).toBe(0);
    const broken = makeFolder({ ...usual, ...shards, "model.safetensors.index.json": index });
    const error = await faultOf(downloadHubModel((await setup(broken)).request));
    expect(error.details).toMatchObject({ file: "model-2-of-2.safetensors" });
  });

  test("an index that names a path is refused", async () => {
    const index = JSON.stringify({ weight_map: { a: "../secret.safetensors" } });
    const { request } = await setup(
      makeFolder({ ...usual, "model.safetensors.index.json": index }),
    );
    expect(await faultOf(downloadHubModel(request))).toMatchObject({
      code: "model/bad-safetensors",
    });
  });

  test("a full disk says the bytes of the whole model", async () => {
    const { request } = await setup();
    const disk = createTestDirectory();
    disk.setRoom(100_000);
    const cache = new ModelCache(disk.root, true, () => Promise.resolve({ quota: 7, usage: 2 }));
    const error = await faultOf(downloadHubModel({ ...request, cache }));
    expect(error.code).toBe("storage/quota");
    expect(error.details).toEqual({ wantedBytes: WEIGHT_BYTES + 26, availableBytes: 5 });
    expect(await cache.listModels()).toEqual([]);
  });
});

test("a hub that cannot be reached is told by its host", async () => {
  const mirror = await start({ models: {} });
  await mirror.close();
  const request = { repo: "me/tiny", revision: "main", hubUrl: mirror.url, cache: newCache() };
  const error = await faultOf(downloadHubModel(request));
  expect(error.code).toBe("hub/failed");
  expect(error.message).toContain("could not be reached");
  const address = await faultOf(downloadHubModel({ ...request, hubUrl: "my mirror" }));
  expect(address.message).toContain("not the address of a hub");
});

test("a web page in place of a file is not taken for a model", async () => {
  const error = await faultOf(
    downloadHubModel({
      repo: "me/tiny",
      revision: "main",
      hubUrl: "https://class.example",
      cache: newCache(),
      fetch: () =>
        Promise.resolve(
          new Response("<html>Sign in</html>", { headers: { "content-type": "text/html" } }),
        ),
    }),
  );
  expect(error.code).toBe("hub/failed");
  expect(error.message).toContain("web page");
});

test.each([
  ["../../etc", "main"],
  ["a/b/c", "main"],
  ["a/..", "main"],
  ["a//b", "main"],
  ["a/b?x=1", "main"],
  ["a/b#x", "main"],
  [" a/b", "main"],
  ["", "main"],
  ["a/b", "../main"],
  ["a/b", ""],
  ["a/b", "main/"],
  ["a/b", "x?y"],
])("%j at %j is refused without a request", (repo, revision) => {
  expect(() => checkHubName(repo, revision)).toThrow(/is not the name of/);
});

test.each([
  ["gpt2", "main"],
  ["EleutherAI/pythia-14m", "step1000"],
  ["HuggingFaceTB/SmolLM2-135M", "refs/pr/1"],
  ["a_b/c.d-e", "0123456789abcdef0123456789abcdef01234567"],
])("%j at %j is a good name", (repo, revision) => {
  expect(() => checkHubName(repo, revision)).not.toThrow();
});

describe("the bundled model", () => {
  const names = [
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
  ];
  const serve = (missing = "") => {
    const seen: string[] = [];
    const doFetch = (input: unknown) => {
      seen.push(String(input));
      const isMissing = missing !== "" && String(input).endsWith(missing);
      return Promise.resolve(
        new Response(isMissing ? null : "abc", { status: isMissing ? 404 : 200 }),
      );
    };
    return { seen, fetch: doFetch as typeof fetch };
  };

  test("its files come from this site", async () => {
    const { seen, fetch } = serve();
    const files = await downloadBundledModel({ baseUrl: "https://x.example/app/", fetch });
    expect([...files.keys()]).toEqual([...names, "model.safetensors"]);
    expect(seen[0]).toBe("https://x.example/app/models/tabtune-base/config.json");
  });

  test("a file that was not deployed is named", async () => {
    const { fetch } = serve("model.safetensors");
    const error = await faultOf(downloadBundledModel({ baseUrl: "https://x.example/", fetch }));
    expect(error).toMatchObject({ code: "hub/not-found" });
    expect(error.message).toContain("model.safetensors");
  });
});
