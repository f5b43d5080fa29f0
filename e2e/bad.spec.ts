/** Files that cannot be used: each says why, and the page goes on. */
import { writeFileSync } from "node:fs";
import { zipSync } from "fflate";
import { startHubMirror } from "../tools/hubMirror.js";
import { changeJson, copyModel, dropLastTensor, onlyPickle, truncateWeights } from "./badModels";
import { expect, test, type Page } from "./fixtures";
import { tiny } from "./material";
import {
  dropUnread,
  expectModel,
  expectRun,
  goTo,
  loadFiles,
  loadFromHub,
  openPage,
  pasteData,
  SLOW,
  tune,
} from "./page";

const GOOD = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({ instruction: `Say the number ${i}.`, output: `It is ${i}.` }),
);

test("broken lines are listed with their numbers, and the rest is used", async ({ page }, info) => {
  const lines = [
    `\uFEFF${GOOD[0]}`,
    '{"instruction": "This line breaks off',
    "",
    '["a list"]',
    ...GOOD.slice(1),
    "17",
    '{"instruction": "There is no answer here."}',
    '{"instruction": "Größe, 日本語, 😀?", "output": "Ja — 是的 😀"}',
  ];
  const path = info.outputPath("mixed.jsonl");
  writeFileSync(path, `${lines.join("\r\n")}\r\n`);
  await openPage(page, { place: "data", backend: "wasm" });
  await dropUnread(page, path);
  await expect(page.getByRole("heading", { name: "mixed.jsonl" })).toBeVisible();

  const problems = page.getByRole("region", { name: "What was left out" });
  await expect(problems.getByRole("listitem")).toHaveText([
    /^line 2\b.*\S/,
    /^line 4\b.*list/,
    /^line 16\b.*number/,
    /^line 17\b.*"output"/,
  ]);
  await expect(page.getByText("Usable records")).toBeVisible();
  await expect(factOf(page, "Usable records")).toHaveText("13");
  await expect(factOf(page, "Left out")).toHaveText("4");
  await expect(page.getByTestId("train-count")).toHaveText("12");
  await expect(page.getByTestId("held-out-count")).toHaveText("1");

  await page.getByRole("spinbutton", { name: "Record number" }).fill("13");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listbox", { name: "Tokens of this example" })).toBeVisible();
  await expect(page.getByRole("article", { name: "Record: line 18" })).toBeVisible();
});

test("a file with nothing usable is explained with an example", async ({ page }) => {
  await openPage(page, { place: "data", backend: "wasm" });
  await pasteData(page, '{"colour": "red"}\n{"colour": "blue"}');
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("No example could be used");
  await expect(alert).toContainText("Columns found: colour.");
  await expect(alert).toContainText('{"instruction":');
  await expect(alert).toContainText('"messages"');

  await pasteData(page, GOOD.join("\n"));
  await expect(page.getByRole("heading", { name: "pasted text" })).toBeVisible();
  await expect(alert).toBeHidden();
});

test("what is no data is refused by its kind", async ({ page }, info) => {
  await openPage(page, { place: "data", backend: "wasm" });
  const cases: [name: string, bytes: Uint8Array, says: RegExp][] = [
    [
      "data.jsonl",
      zipSync({ "cat.png": Buffer.from("x") }),
      /data\.jsonl is a ZIP.*holds cat\.png/,
    ],
    ["data.csv", Buffer.from("504b0304140000000800", "hex"), /ZIP archive, but.*breaks off/],
    ["data.txt", Buffer.from("%PDF-1.7\n\0"), /not a text file but a PDF/],
  ];
  for (const [name, bytes, says] of cases) {
    const path = info.outputPath(name);
    writeFileSync(path, bytes);
    await dropUnread(page, path);
    await expect(page.getByRole("alert")).toContainText(says);
  }
});

test("model files that cannot be used say why, and the next one loads", async ({ page }, info) => {
  const copy = (name: string, change: (folder: string) => string[] | void): string[] =>
    copyModel(info.outputPath(name), change);
  let dropped = "";
  const cases: { name: string; paths: string[]; says: (string | RegExp)[] }[] = [
    {
      name: "a pickle",
      paths: copy("pickle", onlyPickle),
      says: [/can run code/, "pytorch_model.bin", /\.safetensors/],
    },
    {
      name: "an unknown family",
      paths: copy("family", (folder) =>
        changeJson(folder, "config.json", (config) => (config["model_type"] = "bert")),
      ),
      says: ["not supported", "bert", "gpt_neox", "gpt2", "llama"],
    },
    {
      name: "weights that break off",
      paths: copy("truncated", truncateWeights),
      says: ["damaged", "breaks off", /\d{6} bytes/],
    },
    {
      name: "missing tensors",
      paths: copy("missing", (folder) => void (dropped = dropLastTensor(folder))),
      says: ["not complete", "lack 1 of", dropped],
    },
    {
      name: "a wrong shape",
      paths: copy("shape", (folder) =>
        changeJson(folder, "config.json", (config) => (config["vocab_size"] = 400)),
      ),
      says: ["do not fit the config", /embed_(in|out)\.weight/, "[400, 64]", "[320, 64]"],
    },
    {
      name: "a tokenizer that is too large",
      paths: copy("tokenizer", (folder) =>
        changeJson(folder, "tokenizer.json", (json) => {
          const added = json["added_tokens"] as object[];
          added.push({ ...added[0], id: 777, content: "<|beyond|>" });
        }),
      ),
      says: ["Tokenizer and weights do not fit", "777", "320"],
    },
    {
      name: "more than this device can hold",
      paths: copy("large", (folder) =>
        changeJson(folder, "config.json", (config) =>
          Object.assign(config, { hidden_size: 8192, num_hidden_layers: 64 }),
        ),
      ),
      says: ["too large for this device", /needs about \d+ MB/, "4096 MB"],
    },
    {
      name: "no tokenizer",
      paths: copy("without", () => ["config.json", "model.safetensors"]),
      says: ["missing", "tokenizer.json"],
    },
  ];

  await openPage(page, { place: "model", backend: "wasm" });
  for (const { name, paths, says } of cases) {
    await test.step(name, async () => {
      await loadFiles(page, paths);
      const alert = page.getByRole("alert");
      for (const text of says) await expect(alert).toContainText(text);
      await expect(page.getByRole("button", { name: "Choose files" })).toBeEnabled();
    });
  }
  await loadFiles(
    page,
    copy("good", () => undefined),
  );
  await expectModel(page, "your files");
  await expect(page.getByRole("alert")).toBeHidden();
  await tuneOneStep(page);
});

test("a model that is refused leaves the loaded one and its run in place", async ({
  page,
}, info) => {
  const settings = { maxSteps: 1, microBatchSize: 1, heldOutPercent: 0 };
  await openPage(page, { backend: "wasm", settings });
  await tune(page);
  await expectRun(page, "Done");
  const paths = copyModel(info.outputPath("family"), (folder) =>
    changeJson(folder, "config.json", (config) => (config["model_type"] = "bert")),
  );
  await loadFiles(page, paths);
  await expect(page.getByRole("alert")).toContainText("not supported");
  await expectModel(page, "tabtune-base");
  await goTo(page, "take-away");
  await expect(page.getByRole("button", { name: "Download the adapter" })).toBeEnabled();
});

test("a repository that gives nothing says why, and the next one loads", async ({
  page,
  guard,
}, info) => {
  guard.allow(/Failed to load resource: .*40[14]/);
  const pickle = info.outputPath("pickle");
  copyModel(pickle, onlyPickle);
  const mirror = await startHubMirror({
    models: {
      "tabtune/tiny": tiny.model,
      "tabtune/gated": tiny.model,
      "tabtune/broken": tiny.model,
      "tabtune/pickle": pickle,
    },
    gated: ["tabtune/gated"],
    truncated: ["tabtune/broken/model.safetensors"],
  });
  guard.allowOrigin(mirror.url);
  guard.allow(/net::ERR_(CONTENT_LENGTH_MISMATCH|EMPTY_RESPONSE|CONNECTION_RESET)/);
  await openPage(page, { place: "model", backend: "wasm", hub: mirror.url });
  const cases: [repo: string, ...says: (string | RegExp)[]][] = [
    ["tabtune/gated", "behind a sign-in", "HTTP 401", "signed in or accepted its license"],
    ["tabtune/absent", "No such model", "no public repository of this name"],
    ["tabtune/pickle", "can run code", "pytorch_model.bin"],
    ["tabtune/broken", "did not work", "broke off after"],
  ];
  for (const [repo, ...says] of cases) {
    await test.step(repo, async () => {
      await loadFromHub(page, repo);
      const alert = page.getByRole("alert");
      for (const text of says) await expect(alert).toContainText(text);
    });
  }
  // Nothing was replaced: these faults show before the loaded model is touched.
  await expectModel(page, "tabtune-base");
  await loadFromHub(page, "tabtune/tiny");
  await expectModel(page, "tabtune/tiny");
  await expect(page.getByRole("alert")).toBeHidden();
  await mirror.close();
});

test("an adapter for another model is refused", async ({ page }, info) => {
  await openPage(page, { place: "model", backend: "wasm" });
  const path = info.outputPath("adapter_config.json");
  writeFileSync(path, JSON.stringify({ peft_type: "LORA", r: 4, lora_alpha: 8 }));
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose adapter files" }).click();
  await (await chooser).setFiles([path]);
  await expect(page.getByRole("alert")).toContainText("adapter_model.safetensors");
});

const factOf = (page: Page, label: string) =>
  page.locator("dl > div").filter({ hasText: label }).getByRole("definition");

async function tuneOneStep(page: Page): Promise<void> {
  await page.goto(`${page.url().replace(/#.*/, "")}#/train?maxSteps=1&microBatchSize=1`);
  await tune(page);
  await expectRun(page, "Done", 2 * SLOW);
}
