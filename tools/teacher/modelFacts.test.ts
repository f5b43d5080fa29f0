/** What a model is before it is loaded, asked over real HTTP. */
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import { findModelFacts, parseLicense, type FactsRequest } from "@/teacher/local/modelFacts";
import { startHubMirror, type HubMirror } from "../hubMirror.js";

const mirrors: HubMirror[] = [];
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
});

/** A folder with files of these sizes. */
function makeFolder(sizes: Record<string, number>): string {
  const folder = mkdtempSync(join(tmpdir(), "tabtune-onnx-"));
  for (const [name, size] of Object.entries(sizes)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "x".repeat(size));
  }
  return folder;
}

async function setup(folder: string, hasApi = true) {
  const mirror = await startHubMirror({ models: { "me/chat": folder }, hasApi });
  mirrors.push(mirror);
  return (more: Partial<FactsRequest> = {}) =>
    findModelFacts({ repo: "me/chat", hubUrl: mirror.url, device: "wasm", hasF16: false, ...more });
}

const SIZES = {
  "config.json": 20,
  "tokenizer.json": 300,
  "model.safetensors": 9000,
  "onnx/model.onnx": 4000,
  "onnx/model_q4.onnx": 600,
  "onnx/model_q4f16.onnx": 500,
  "onnx/model_quantized.onnx": 1000,
};

test.each([
  ["wasm", false, "q8", 1320],
  ["webgpu", false, "q4", 920],
  ["webgpu", true, "q4f16", 820],
] as const)(
  "on %s (f16: %s) it is %s, and only what is fetched counts",
  async (device, hasF16, precision, bytes) => {
    for (const hasApi of [true, false]) {
      const find = await setup(makeFolder(SIZES), hasApi);
      const facts = await find({ device, hasF16 });
      expect(facts).toEqual({
        repo: "me/chat",
        device,
        precision,
        downloadBytes: bytes,
        license: null,
      });
    }
  },
);

test("weights beside the graph count too", async () => {
  const find = await setup(
    makeFolder({ "config.json": 20, "onnx/model.onnx": 5, "onnx/model.onnx_data": 700 }),
  );
  expect((await find()).downloadBytes).toBe(725);
});

test("a model without ONNX files, and one that is not there, are told apart", async () => {
  const find = await setup(makeFolder({ "config.json": 20, "model.safetensors": 100 }));
  const faultOf = (task: Promise<unknown>) => task.catch((error: unknown) => error as AppError);
  expect(await faultOf(find())).toMatchObject({
    code: "teacher/no-onnx",
    message: expect.stringContaining("onnx/model_quantized.onnx") as string,
  });
  expect(await faultOf(find({ repo: "me/other" }))).toMatchObject({ code: "hub/not-found" });
  expect(await faultOf(find({ repo: "../etc" }))).toMatchObject({ code: "hub/not-found" });
});

test("the committed tiny teacher is under 2 MB, and its card says its license", async () => {
  const folder = "fixtures/teacher";
  const find = await setup(folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .reduce(
      (sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size,
      0,
    );
  expect(await find()).toEqual({
    repo: "me/chat",
    device: "wasm",
    precision: "fp32",
    downloadBytes: bytes,
    license: "cc0-1.0",
  });
  expect(bytes).toBeLessThan(2_000_000);
});

test("the license is read from the card's front matter", () => {
  expect(parseLicense("---\nlibrary: x\nlicense: apache-2.0\n---\n# Model")).toBe("apache-2.0");
  expect(parseLicense("---\r\nlicense: other\r\nlicense_name: qwen-research\r\n---\r\n")).toBe(
    "qwen-research",
  );
  expect(parseLicense("# Model\nlicense: mit")).toBeNull();
});
