import { describe, expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";
import { readPeftAdapter, writePeftAdapter, type PeftAdapter } from "./peftAdapter";
import { readSafetensorsHeader, writeSafetensors } from "./safetensors";
import { describeShared } from "@/data/testing/files";
import { haveSameBytes, listShared, openFixture, openShared } from "./testing/nodeFiles";

async function openAdapter(open: (name: string) => Promise<Blob>): Promise<ModelFiles> {
  const names = ["adapter_model.safetensors", "adapter_config.json"];
  return new Map(await Promise.all(names.map(async (name) => [name, await open(name)] as const)));
}

const values = (count: number, start: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.fround((start + i) / 7));

const adapter: PeftAdapter = {
  baseModelName: "EleutherAI/pythia-14m",
  revision: "main",
  rank: 2,
  alpha: 4,
  useRsLora: true,
  targetModules: ["c_attn", "c_fc"],
  family: "gpt2",
  layers: [
    {
      module: "transformer.h.0.attn.c_attn",
      a: values(8, 0),
      b: values(24, 9),
      inFeatures: 4,
      outFeatures: 12,
    },
    {
      module: "transformer.h.0.mlp.c_fc",
      a: values(8, 50),
      b: values(32, 70),
      inFeatures: 4,
      outFeatures: 16,
    },
  ],
};

const configOf = async (files: ModelFiles) =>
  JSON.parse((await files.get("adapter_config.json")?.text()) ?? "") as Record<string, unknown>;

/** The adapter's files with some keys of its config changed. */
async function withConfig(changes: Record<string, unknown>): Promise<ModelFiles> {
  const files = writePeftAdapter(adapter, "");
  const config = { ...(await configOf(files)), ...changes };
  return new Map([...files, ["adapter_config.json", new Blob([JSON.stringify(config)])]]);
}

function withTensors(shapes: Record<string, number[]>): ModelFiles {
  const tensors = Object.entries(shapes).map(([name, shape]) => ({
    name,
    dtype: "F32" as const,
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  }));
  const files = writePeftAdapter(adapter, "");
  return new Map([...files, ["adapter_model.safetensors", writeSafetensors(tensors)]]);
}

const faultOf = async (files: ModelFiles) =>
  (await readPeftAdapter(files).catch((error: unknown) => error)) as AppError;

describe("writing", () => {
  test("what is written is read back the same", async () => {
    expect(await readPeftAdapter(writePeftAdapter(adapter, "# Card"))).toEqual(adapter);
  });

  test("names and shapes are PEFT's, in GPT-2 too", async () => {
    const files = writePeftAdapter(adapter, "# Card");
    const { tensors } = await readSafetensorsHeader(files.get("adapter_model.safetensors") as Blob);
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
      "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight": [2, 4],
      "base_model.model.transformer.h.0.attn.c_attn.lora_B.weight": [12, 2],
      "base_model.model.transformer.h.0.mlp.c_fc.lora_A.weight": [2, 4],
      "base_model.model.transformer.h.0.mlp.c_fc.lora_B.weight": [16, 2],
    });
    expect(await files.get("README.md")?.text()).toBe("# Card");
  });

  test("the config is the minimal one, and fan_in_fan_out is GPT-2's alone", async () => {
    expect(await configOf(writePeftAdapter(adapter, ""))).toEqual({
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      base_model_name_or_path: "EleutherAI/pythia-14m",
      revision: "main",
      r: 2,
      lora_alpha: 4,
      lora_dropout: 0,
      bias: "none",
      fan_in_fan_out: true,
      target_modules: ["c_attn", "c_fc"],
      use_rslora: true,
      use_dora: false,
      inference_mode: true,
    });
    const neox = writePeftAdapter({ ...adapter, family: "gpt_neox", revision: "" }, "");
    expect(await configOf(neox)).toMatchObject({ fan_in_fan_out: false });
    expect(await configOf(neox)).not.toHaveProperty("revision");
  });
});

describe("reading", () => {
  test("an adapter with every key that PEFT writes is read", async () => {
    const read = await readPeftAdapter(await openAdapter((name) => openFixture(`adapter/${name}`)));
    expect(read).toMatchObject({
      baseModelName: "someone/tiny-neox",
      revision: "",
      rank: 2,
      alpha: 4,
      useRsLora: false,
      targetModules: ["query_key_value"],
      family: "gpt_neox",
    });
    expect(read.layers.map(({ module }) => module)).toEqual([
      "gpt_neox.layers.0.attention.query_key_value",
      "gpt_neox.layers.1.attention.query_key_value",
    ]);
    expect(read.layers[0]).toMatchObject({ inFeatures: 4, outFeatures: 12 });
    expect(read.layers[0]?.a).toHaveLength(8);
  });

  test.each([
    [{ peft_type: "IA3" }, 'peft_type is "IA3"'],
    [{ peft_type: undefined }, "peft_type is missing"],
    [{ use_dora: true }, "DoRA"],
    [{ modules_to_save: ["embed_in"] }, "modules_to_save"],
    [{ bias: "lora_only" }, "bias"],
    [{ rank_pattern: { c_fc: 8 } }, "rank_pattern"],
    [{ alpha_pattern: { c_fc: 8 } }, "alpha_pattern"],
    [{ r: 0 }, "r is 0: it is below 1"],
    [{ r: "8" }, 'r is "8"'],
    [{ lora_alpha: -1 }, "lora_alpha"],
    [{ lora_bias: true }, "lora_bias"],
    [{ layer_replication: [[0, 4]] }, "layer_replication"],
    [{ trainable_token_indices: [3] }, "trainable_token_indices"],
    [{ init_lora_weights: "pissa_niter_4" }, "init_lora_weights"],
  ])("%j is refused by its key", async (changes, words) => {
    const error = await faultOf(await withConfig(changes));
    expect(error.code).toBe("model/bad-adapter");
    expect(error.message).toContain(words);
  });

  test.each([
    { modules_to_save: null, rank_pattern: {}, trainable_token_indices: [] },
    { init_lora_weights: "gaussian", lora_dropout: 0.1, target_modules: "all-linear" },
    { use_rslora: undefined, bias: undefined },
  ])("%j is nothing to stop at", async (changes) => {
    expect((await readPeftAdapter(await withConfig(changes))).layers).toHaveLength(2);
  });

  test("half of a pair is refused by the layer's name", async () => {
    const name = "base_model.model.model.layers.0.self_attn.q_proj";
    const error = await faultOf(withTensors({ [`${name}.lora_A.weight`]: [2, 4] }));
    expect(error.code).toBe("model/bad-adapter");
    expect(error.message).toMatch(/q_proj has lora_A, but no lora_B/);
  });

  test("unequal ranks and vectors are refused with the shapes", async () => {
    const name = "base_model.model.model.layers.0.self_attn.q_proj";
    const unequal = withTensors({
      [`${name}.lora_A.weight`]: [3, 4],
      [`${name}.lora_B.weight`]: [8, 3],
    });
    expect((await faultOf(unequal)).message).toMatch(
      /\[3, 4\].*\[8, 3\].*\[2, in\] and \[out, 2\]/,
    );
    const vector = withTensors({
      [`${name}.lora_A.weight`]: [2],
      [`${name}.lora_B.weight`]: [8, 2],
    });
    expect((await faultOf(vector)).code).toBe("model/bad-adapter");
  });

  test("tensors that are no adapter are refused by name", async () => {
    const error = await faultOf(
      withTensors({ "base_model.model.gpt_neox.embed_in.weight": [2, 2] }),
    );
    expect(error.message).toContain("gpt_neox.embed_in.weight");
    expect((await faultOf(withTensors({}))).message).toContain("no adapted layer");
  });

  test("an adapter of another family is refused", async () => {
    const name = "base_model.model.model.decoder.layers.0.q_proj";
    const files = withTensors({
      [`${name}.lora_A.weight`]: [2, 4],
      [`${name}.lora_B.weight`]: [8, 2],
    });
    expect((await faultOf(files)).message).toContain("model.decoder.layers.0.q_proj");
  });

  test("missing files, pickles and broken JSON are told", async () => {
    const files = writePeftAdapter(adapter, "");
    const without = (name: string) => new Map([...files].filter(([key]) => key !== name));
    expect((await faultOf(without("adapter_config.json"))).message).toContain(
      "adapter_config.json",
    );
    expect((await faultOf(without("adapter_model.safetensors"))).code).toBe("model/missing-file");
    const pickle = without("adapter_model.safetensors").set("adapter_model.bin", new Blob(["x"]));
    expect((await faultOf(pickle)).code).toBe("model/pickle");
    const broken = new Map([...files, ["adapter_config.json", new Blob(["{"])] as const]);
    expect((await faultOf(broken)).code).toBe("model/bad-adapter");
  });
});

describeShared("adapters of the oracle", () => {
  test.each(listShared("oracle/models"))(
    "%s is read, and written back byte for byte",
    async (name) => {
      const files = await openAdapter((file) =>
        openShared(`oracle/models/${name}/adapter/${file}`),
      );
      const read = await readPeftAdapter(files);
      expect(read.baseModelName).toBe(name);
      const written = writePeftAdapter(read, "");
      expect(await readPeftAdapter(written)).toEqual(read);
      const original = files.get("adapter_model.safetensors") as Blob;
      const copy = written.get("adapter_model.safetensors") as Blob;
      const before = await readSafetensorsHeader(original);
      const after = await readSafetensorsHeader(copy);
      expect([...after.tensors.keys()].toSorted()).toEqual([...before.tensors.keys()].toSorted());
      for (const [tensor, { begin, end }] of before.tensors) {
        const again = after.tensors.get(tensor);
        const copied = copy.slice(again?.begin, again?.end);
        expect(await haveSameBytes(original.slice(begin, end), copied)).toBe(true);
      }
      const { target_modules: targets, ...config } = await configOf(files);
      const { target_modules: newTargets, ...newConfig } = await configOf(written);
      expect(newConfig).toMatchObject(config);
      expect((newTargets as string[]).toSorted()).toEqual((targets as string[]).toSorted());
    },
  );
});
