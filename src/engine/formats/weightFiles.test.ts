import { expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import { detectWeightFiles } from "./weightFiles";

const files = (contents: Record<string, string>) =>
  new Map(Object.entries(contents).map(([name, text]) => [name, new Blob([text])]));

const fault = async (contents: Record<string, string>) =>
  (await detectWeightFiles(files(contents)).catch((error: unknown) => error)) as AppError;

const index = JSON.stringify({
  weight_map: {
    a: "model-00002-of-2.safetensors",
    b: "model-00001-of-2.safetensors",
    c: "model-00001-of-2.safetensors",
  },
});

test("model.safetensors comes before everything else", async () => {
  const found = await detectWeightFiles(
    files({
      "pytorch_model.bin": "",
      "model.safetensors.index.json": index,
      "model.safetensors": "",
    }),
  );
  expect(found).toEqual(["model.safetensors"]);
});

test("an index gives each shard once", async () => {
  const found = await detectWeightFiles(
    files({
      "model.safetensors.index.json": index,
      "model-00001-of-2.safetensors": "",
      "model-00002-of-2.safetensors": "",
    }),
  );
  expect(found).toEqual(["model-00001-of-2.safetensors", "model-00002-of-2.safetensors"]);
});

test("a missing shard is named", async () => {
  const error = await fault({
    "model.safetensors.index.json": index,
    "model-00001-of-2.safetensors": "",
  });
  expect(error.code).toBe("model/missing-file");
  expect(error.message).toContain("model-00002-of-2.safetensors");
});

test("an index without a map is refused", async () => {
  expect((await fault({ "model.safetensors.index.json": "{}" })).code).toBe(
    "model/bad-safetensors",
  );
  expect((await fault({ "model.safetensors.index.json": "{" })).code).toBe("model/bad-safetensors");
});

test("one file under another name is taken, an adapter is not", async () => {
  expect(
    await detectWeightFiles(files({ "tiny.safetensors": "", "adapter_model.safetensors": "" })),
  ).toEqual(["tiny.safetensors"]);
  expect((await fault({ "adapter_model.safetensors": "" })).code).toBe("model/missing-file");
});

test("shards without their index are refused by the name of the index", async () => {
  const error = await fault({ "a.safetensors": "", "b.safetensors": "" });
  expect(error.code).toBe("model/missing-file");
  expect(error.message).toContain("model.safetensors.index.json");
});

test.each(["pytorch_model.bin", "model.pt", "model.pth", "last.ckpt"])(
  "%s alone is refused because loading it runs code",
  async (name) => {
    const error = await fault({ [name]: "", "config.json": "" });
    expect(error.code).toBe("model/pickle");
    expect(error.message).toContain(name);
    expect(error.message).toContain("runs");
    expect(error.message).toContain("model.safetensors");
  },
);

test("no weights at all says what is there", async () => {
  const error = await fault({ "config.json": "" });
  expect(error.code).toBe("model/missing-file");
  expect(error.message).toContain("config.json");
});
