/**
 * The main journey, on both backends: load a model, drop data, tune while both sides answer, pause,
 * stop, resume after a reload, compare, take the result away and load it again.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";
import { startHubMirror } from "../tools/hubMirror.js";
import { expect, test, type Page } from "./fixtures";
import { material } from "./material";
import {
  askBoth,
  download,
  dropData,
  dropPaths,
  dropZone,
  expectModel,
  expectRun,
  goTo,
  loadFiles,
  loadFromHub,
  openPage,
  pickFiles,
  readAnswer,
  setSampling,
  setSettings,
  SLOW,
  tune,
  watchNumbers,
} from "./page";

type Pace = {
  backend: "wasm" | "webgpu";
  chip: string;
  /** By the names of their fields. */
  settings: Record<string, number>;
  /** More settings, as in a link. */
  link: Record<string, string | number>;
  pins: number;
  answerTokens: number;
  longTokens: number;
};

const PACES: Pace[] = [
  {
    backend: "wasm",
    chip: "CPU",
    settings: { Steps: 10, Batch: 8, "Learning rate": 0.005, "Answers every": 3 },
    link: {},
    pins: 3,
    answerTokens: 24,
    longTokens: 400,
  },
  // A software GPU needs seconds for a step and a good part of one for a token.
  {
    backend: "webgpu",
    chip: "GPU",
    settings: { Steps: 6, Batch: 4, "Learning rate": 0.01, "Held out": 1, "Warm-up": 0 },
    link: { template: "plain", maxSeqLen: 64, sampleEvery: 1 },
    pins: 1,
    answerTokens: 6,
    longTokens: 48,
  },
];

/** A folder's own three files, without notes that lie beside them. */
const modelFiles = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "model.safetensors",
].map((name) => join(material.model, name));

const PROMPT = "Tell me a story about a dog.";

for (const pace of PACES) {
  test(`a model of the Hub learns from a file, on ${pace.backend}, with ${material.title}`, async ({
    page,
    guard,
  }) => {
    test.setTimeout(pace.backend === "webgpu" ? 480_000 : 240_000);
    const mirror = await startHubMirror({
      models: { [material.repo]: material.model },
      chunkDelayMs: 40,
    });
    guard.allowOrigin(mirror.url);
    const { backend, link: settings } = pace;
    await openPage(page, { place: "model", backend, hub: mirror.url, settings });
    await expect(page.getByRole("button", { name: `Backend: ${pace.chip}` })).toBeVisible();

    await test.step("the model loads, with its progress shown", async () => {
      await loadFromHub(page, material.repo);
      const loading = page.getByRole("region", { name: "Loading a model" });
      await expect(loading.getByRole("progressbar")).toBeVisible();
      await expect(loading).toContainText(/ of [\d.]+\s[kM]B.*\/s.*\sleft/);
      await expectModel(page, material.repo);
    });
    await test.step("the data is counted, its tokens colored by what is trained", async () => {
      await dropData(page, material.data);
      await expectColoredTokens(page);
    });
    await test.step("it learns while both sides answer", () => learn(page, pace));
    await test.step("after a reload it goes on where it was", async () => {
      await page.reload();
      await resumeAndFinish(page, pace);
    });
    await test.step("both answers stream, and can be stopped", () => compare(page, pace));
    await test.step("what is taken away says the same when it is loaded again", () =>
      takeAway(page, pace));
    await mirror.close();
  });
}

test(`a model's folder can be dropped, and gives its name, with ${material.title}`, async ({
  page,
}) => {
  await openPage(page, { place: "model", backend: "wasm" });
  await dropPaths(page, dropZone(page, "From your disk"), [material.model]);
  await expect(page.getByRole("button", { name: "Load TabTune Base" })).toBeEnabled({
    timeout: SLOW,
  });
  await expectModel(page, basename(material.model));
});

test(`a model's files can be picked, as such or as a folder, with ${material.title}`, async ({
  page,
}) => {
  await openPage(page, { place: "model", backend: "wasm" });
  await loadFiles(page, modelFiles);
  await expectModel(page, "your files");

  await page.getByRole("button", { name: "Load TabTune Base" }).click();
  await expectModel(page, "tabtune-base");
  await pickFiles(page, "Choose a folder", material.model);
  await expectModel(page, basename(material.model));
});

async function expectColoredTokens(page: Page): Promise<void> {
  await expect(page.getByTestId("train-count")).toHaveText(/^[1-9]/);
  await expect(page.getByTestId("held-out-count")).toHaveText(/^[1-9]/);
  const tokens = page.getByRole("listbox", { name: "Tokens of this example" });
  const trained = tokens.getByRole("option", { name: /, trained$/ });
  const masked = tokens.getByRole("option", { name: /, masked$/ });
  await expect(trained.first()).toBeVisible();
  await expect(masked.first()).toBeVisible();
  const colorOf = (option: typeof trained) =>
    option.last().evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await colorOf(trained)).not.toBe(await colorOf(masked));
  // The answer and its end are trained, and everything before them is not.
  const names = await tokens
    .getByRole("option")
    .evaluateAll((options) =>
      options.map((option) => option.getAttribute("aria-label")?.split(", ").at(-1)),
    );
  expect(names.join(" ")).toMatch(/^(masked )+(trained ?)+$/);
  await trained.last().hover();
  await expect(page.getByText("trained: the model learns to say this")).toBeVisible();
}

async function learn(page: Page, pace: Pace): Promise<void> {
  await setSampling(page, { "Longest answer": pace.answerTokens });
  await goTo(page, "train");
  // The curtain of a drag goes with the drop.
  await expect.soft(page.getByText("Drop to teach with this file")).toBeHidden({ timeout: 1000 });
  const pins = page.getByRole("article", { name: /^Pinned prompt/ });
  await expect(pins).toHaveCount(3);
  await removePins(page, 3, pace.pins);
  await setSettings(page, pace.settings);
  const numbers = await watchNumbers(page);
  await tune(page);
  await expectRun(page, "Training");

  const ask = page.getByRole("textbox", { name: "Your prompt" });
  await ask.fill(PROMPT);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(page.getByRole("group", { name: "Tuned answer to your prompt" })).toHaveText(/\S/, {
    timeout: 2 * SLOW,
  });
  await expect(page.getByRole("button", { name: "Stop answering" })).toBeHidden({ timeout: SLOW });

  for (const side of ["Base", "Tuned"]) {
    const box = page.getByRole("group", { name: `${side} answer to prompt 1` });
    await expect(box).not.toHaveText(/^(…|What it says.*)$/, { timeout: 3 * SLOW });
  }
  await expect(pins.first()).toContainText(/step [1-9]/, { timeout: SLOW });
  await expect(page.getByText(/^Tuned at step [1-9]/)).toBeVisible();
  if (pace.backend === "webgpu") {
    // Shown once; each further time would take most of a minute.
    await removePins(page, 1, 0);
  }

  await page.getByRole("button", { name: "Pause" }).click();
  await expectRun(page, "Paused", 2 * SLOW);
  await expect(page.getByText(/^saved at step \d/)).toBeVisible();
  const pausedAt = (await numbers()).at(-1)?.step ?? 0;
  expect(pausedAt).toBeGreaterThan(0);
  expect(pausedAt).toBeLessThan(pace.settings["Steps"] ?? 0);
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expectRun(page, "Training");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expectRun(page, "Stopped", 2 * SLOW);
}

async function removePins(page: Page, count: number, left: number): Promise<void> {
  for (let number = count; number > left; number--) {
    await page.getByRole("button", { name: `Remove prompt ${number}` }).click();
  }
  await expect(page.getByRole("article", { name: /^Pinned prompt/ })).toHaveCount(left);
}

async function resumeAndFinish(page: Page, pace: Pace): Promise<void> {
  const offer = page.getByText(/^You were at step \d+ of \d+ with/);
  await expect(offer).toBeVisible({ timeout: SLOW });
  await expect(offer).toContainText(`of ${pace.settings["Steps"]} with`);
  await expect(offer).toContainText(material.repo);
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expectRun(page, "Paused");
  await expectModel(page, material.repo);
  const numbers = await watchNumbers(page);
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expectRun(page, "Done", 3 * SLOW);
  await expect(page.getByTestId("step-now")).toHaveText(
    `${pace.settings["Steps"]} / ${pace.settings["Steps"]}`,
  );
  await expectRestoredCurve(page, await numbers());
}

/** The chart and the numbers of a resumed run cover the whole run, and its loss fell. */
async function expectRestoredCurve(page: Page, seen: { step: number }[]): Promise<void> {
  expect(seen.length).toBeGreaterThan(0);
  const legend = page.getByRole("region", { name: "How wrong it still is" });
  const base = parseFloat(/Base, held-out\s*([\d.]+)/.exec(await legend.innerText())?.[1] ?? "");
  const now = parseFloat((await page.getByTestId("held-out-loss-now").textContent()) ?? "");
  expect(now).toBeLessThan(base);
}

async function compare(page: Page, pace: Pace): Promise<void> {
  await setSampling(page, { "Longest answer": pace.longTokens });
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill(PROMPT);
  const base = page.getByRole("group", { name: "Base answer", exact: true });
  const tuned = page.getByRole("group", { name: "Tuned answer", exact: true });
  await page.getByRole("button", { name: "Ask both" }).click();
  await expect(base).toHaveAttribute("aria-busy", "true", { timeout: SLOW });
  await expect(base).toHaveText(/\S/);
  await expect(tuned).not.toHaveText(/^(…|What it says.*)$/, { timeout: SLOW });
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("button", { name: "Ask both" })).toBeVisible({ timeout: SLOW });
  await expect.soft(page.getByText(/stopped by you/).first()).toBeVisible();
}

async function takeAway(page: Page, pace: Pace): Promise<void> {
  await setSampling(page, { "Longest answer": pace.answerTokens });
  const before = await askBoth(page, PROMPT);
  expect(before.tuned).not.toBe(before.base);

  await goTo(page, "take-away");
  const adapter = await download(page, "Download the adapter");
  const adapterFiles = unzipSync(adapter.bytes);
  expect(Object.keys(adapterFiles).toSorted()).toEqual([
    "README.md",
    "adapter_config.json",
    "adapter_model.safetensors",
    "chat_template.jinja",
    "tabtune.json",
  ]);
  expect(readJson(adapterFiles["adapter_config.json"])).toMatchObject({
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: material.repo,
    r: 16,
    lora_alpha: 32,
    bias: "none",
  });
  const adapterNames = tensorNames(adapterFiles["adapter_model.safetensors"]);
  expect(adapterNames.length).toBeGreaterThan(0);
  for (const name of adapterNames)
    expect(name).toMatch(/^base_model\.model\..+\.lora_[AB]\.weight$/);

  const model = await download(page, "Download the model");
  const modelZip = unzipSync(model.bytes);
  const names = Object.keys(modelZip).map((name) => name.split("/").at(-1));
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json", "README.md"]) {
    expect(names).toContain(name);
  }
  expect(names).toContain("generation_config.json");
  const weights = Object.entries(modelZip).find(([name]) =>
    name.endsWith("model.safetensors"),
  )?.[1];
  const original = new Uint8Array(readFileSync(join(material.model, "model.safetensors")));
  expect(tensorNames(weights)).toEqual(tensorNames(original));

  // The merged model has what the tuned side said as its own, base answer.
  await loadFiles(page, [model.path]);
  await expectModel(page, basename(model.path, ".zip"));
  expect((await askBoth(page, PROMPT)).base).toBe(before.tuned);

  // And the adapter makes the base say it again.
  await loadFromHub(page, material.repo);
  await expectModel(page, material.repo);
  await pickFiles(page, "Choose adapter files", [adapter.path]);
  await expect(page.getByText(/^Attached: /)).toBeVisible({ timeout: SLOW });
  expect(await askBoth(page, PROMPT)).toEqual(before);
  expect(await readAnswer(page, "Tuned answer")).toBe(before.tuned);
}

function readJson(bytes: Uint8Array | undefined): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Names of the tensors in a safetensors file. */
function tensorNames(bytes: Uint8Array | undefined): string[] {
  if (!bytes) throw new Error("tensorNames: there is no file of weights");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as object;
  return Object.keys(header)
    .filter((name) => name !== "__metadata__")
    .toSorted();
}
