/** Who has no data makes some: by rules, or from a document, and tunes with it. */
import { writeFileSync } from "node:fs";
import { writePdf } from "../src/data/documents/testing/writePdf";
import { expect, test, type Page } from "./fixtures";
import { expectRun, goTo, openPage, pasteData, readMeasured, SLOW, tune } from "./page";

const SETTINGS = { maxSteps: 3, microBatchSize: 2 };

const HARBOR = [
  { text: "The harbor of Tarn", size: 20 },
  {
    text: "The harbor was opened in 1887 by the fishers of Tarn. Its lighthouse was built of granite from the island. The granite came on flat boats, and storms often kept the boats away for weeks.",
    size: 11,
  },
  { text: "Locks", size: 15 },
  { text: "A lock is a chamber that lifts boats from one level to another.", size: 11 },
  { text: "When is the harbor open?", size: 15 },
  { text: "It is open from April to October. In winter only fishers may enter.", size: 11 },
];

async function openMake(page: Page): Promise<void> {
  await openPage(page, { place: "data", backend: "wasm", settings: SETTINGS });
  await page.getByRole("tab", { name: "Make some" }).click();
}

async function expectUsed(page: Page, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole("heading", { name: heading, exact: true })).toBeVisible();
  await expect(page.getByTestId("train-count")).toHaveText(/\d/, { timeout: SLOW });
}

test("tasks made by rules are taught, and kinds that were held back are measured", async ({
  page,
}) => {
  await openMake(page);
  await page.getByRole("spinbutton", { name: "Examples" }).fill("60");
  await page.getByText(/^Kinds of tasks \d/).click();
  await page.getByRole("checkbox", { name: "JSON", exact: true }).uncheck();
  await expect(page.getByText("Held back: ")).toBeVisible();
  await page.getByRole("button", { name: /^Use 60/ }).click();
  await expectUsed(page, "made here");
  await expect(page.getByText(/^Made by rules: .*, easy, seed 1$/)).toBeVisible();

  await goTo(page, "train");
  await tune(page);
  await expectRun(page, "Done");
  await goTo(page, "compare");
  await page.getByRole("combobox", { name: "Questions" }).selectOption("made-unseen-kinds");
  await page.getByText("20", { exact: true }).click();
  await page.getByRole("button", { name: "Measure" }).click();
  await expect(page.getByRole("button", { name: "Save as JSON" })).toBeVisible({ timeout: SLOW });
  const { base, tuned } = await readMeasured(page, "made-unseen-kinds", "Right");
  expect(base).toBeGreaterThanOrEqual(0);
  expect(tuned).toBeGreaterThanOrEqual(0);
});

test("a PDF becomes a tuned model, and one that is encrypted says so", async ({ page }, info) => {
  const path = info.outputPath("harbor.pdf");
  writeFileSync(path, writePdf([HARBOR]));
  const locked = info.outputPath("locked.pdf");
  writeFileSync(locked, writePdf([HARBOR], { encrypt: true }));
  await openMake(page);
  await page.getByText("From documents", { exact: true }).click();
  await page.getByLabel("Choose a document").setInputFiles(locked);
  await expect(page.getByRole("alert")).toContainText("locked.pdf is encrypted");

  await page.getByLabel("Choose a document").setInputFiles(path);
  await expect(page.getByRole("heading", { name: "Found in harbor.pdf" })).toBeVisible();
  for (const [way, count] of [
    ["Questions", 1],
    ["Definitions", 1],
    ["Headings", 2],
  ] as const) {
    const label = page.locator("label").filter({ has: page.getByRole("checkbox", { name: way }) });
    await expect(label).toContainText(new RegExp(`${count}$`));
  }
  await page.getByRole("checkbox", { name: /^Headings/ }).uncheck();
  await expect(page.getByText("The harbor of Tarn", { exact: true })).toBeHidden();
  await page.getByRole("button", { name: /^Use \d+/ }).click();
  await expectUsed(page, "harbor.pdf");
  await expect(page.getByText("Made from harbor.pdf, page 1: questions")).toBeVisible();

  await goTo(page, "train");
  await tune(page);
  await expectRun(page, "Done");
});

test("a rationale is learned before the answer, or left out", async ({ page }) => {
  await openPage(page, { place: "data", backend: "wasm", settings: SETTINGS });
  const rows = Array.from({ length: 6 }, (_, i) => `Is ${i} small?,yes,Nine is larger than ${i}.`);
  await pasteData(page, ["question,answer,rationale", ...rows].join("\n"));
  await expectUsed(page, "pasted text");
  const seen = page.getByRole("article", { name: /^Record: line/ });
  await expect(seen).toContainText("So the answer is: yes");
  await page.getByRole("combobox", { name: "Rationale" }).first().selectOption("leave-out");
  await expect(seen).not.toContainText("So the answer is");
  await expect(seen).not.toContainText("larger");
  await expect(page.getByTestId("train-count")).toHaveText(/\d/);
  await goTo(page, "train");
  await tune(page);
  await expectRun(page, "Done");
});
