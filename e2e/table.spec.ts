/** The table of records: found, changed, saved as a file that reads the same, and scrolled when it is long. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test, type Page } from "./fixtures";
import { download, dropData, openPage, SLOW, watchTasks } from "./page";

/** No task of the page may be longer, however long the table is. */
const LONGEST_TASK_MS = 100;
const MANY = 20_000;
const NEW_ANSWER = 'Seven — "sieben" 😀\n<b>7</b>';

test("records are found, changed, undone and saved, and the file reads as what was seen", async ({
  page,
}, info) => {
  const path = info.outputPath("mine.jsonl");
  writeRecords(path, 12);
  await openPage(page, { place: "data", backend: "wasm", settings: { heldOutPercent: 0 } });
  await dropData(page, path);
  const records = page.getByRole("region", { name: "Records" });
  const count = records.getByRole("status").first();
  await expect(count).toHaveText("12 records");

  await records.getByRole("textbox", { name: "Search the records" }).fill("number 7");
  await expect(count).toHaveText("1 of 12 records");
  const record = page.getByRole("article", { name: "Record: line 8" });
  await record.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Answer" }).fill(NEW_ANSWER);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  // Its tokens are those of the new answer, which is text and nothing else.
  await expect(record.getByRole("listbox")).toContainText("<b>7</b>");
  await records.getByRole("button", { name: "Show all", exact: true }).click();

  const grid = page.getByRole("grid", { name: "Records" });
  await grid.focus();
  await exclude(page, "Home", 1);
  await expect(page.getByTestId("train-count")).toHaveText("11");
  await exclude(page, "ArrowDown", 2);
  await expect(page.getByTestId("train-count")).toHaveText("10");
  await records.getByRole("button", { name: "Undo: Exclude line 2" }).click();
  await expect(records.getByRole("button", { name: "Undo: Exclude line 1" })).toBeVisible();
  await expect(page.getByTestId("train-count")).toHaveText("11");

  const messages = (await save(page, "Messages")).lines;
  expect(messages).toEqual(
    Array.from({ length: 11 }, (_, i) => ({
      messages: [
        { role: "user", content: `Say the number ${i + 1}.` },
        { role: "assistant", content: i === 6 ? NEW_ANSWER : `It is ${i + 1}.` },
      ],
      category: `kind ${(i + 1) % 3}`,
    })),
  );
  const [hydrated] = (await save(page, "Prompt and completion")).lines as { prompt: string }[];
  expect(hydrated?.prompt).toMatch(/### Instruction:\nSay the number 1\.\n\n### Response:\n$/);
  // Each form is read again as the same messages, from which the next is written.
  for (const form of ["Alpaca", "ShareGPT", "Messages"]) {
    await dropData(page, (await save(page, form)).path);
    await expect(count).toHaveText("11 records");
    expect((await save(page, "Messages")).lines, `after ${form}`).toEqual(messages);
  }
});

test("twenty thousand records scroll without a long task", async ({ page }, info) => {
  const path = info.outputPath("many.jsonl");
  writeRecords(path, MANY);
  await openPage(page, { place: "data", backend: "wasm", settings: { heldOutPercent: 1 } });
  await dropData(page, path);
  const grid = page.getByRole("grid", { name: "Records" });
  await grid.hover();
  const longestTask = await watchTasks(page);
  for (let i = 0; i < 30; i++) await page.mouse.wheel(0, 600);
  for (const share of [0.25, 0.5, 0.75, 1]) {
    const line = Math.floor(share * (MANY - 1)).toLocaleString("en-US");
    // The wheel may still be rolling, and take the box away from where it was put.
    await expect(async () => {
      await grid.evaluate((box, part) => {
        box.scrollTop = part * box.scrollHeight;
      }, share);
      const cell = grid.getByRole("gridcell", { name: line, exact: true });
      await expect(cell).toBeAttached({ timeout: 1000 });
    }).toPass({ timeout: SLOW });
  }
  expect(await page.getByRole("row").count()).toBeLessThan(40);
  await page.getByRole("textbox", { name: "Search the records" }).pressSequentially("number 1999");
  await expect(
    page.getByRole("region", { name: "Records" }).getByRole("status").first(),
  ).toHaveText("11 of 20,000 records", { timeout: SLOW });
  expect(await longestTask()).toBeLessThan(LONGEST_TASK_MS);
});

test("records of a megabyte are opened and looked at without a long task", async ({
  page,
}, info) => {
  const path = info.outputPath("large.jsonl");
  const texts = ["a word and another ".repeat(55_000), "x".repeat(2 ** 20), "ab\n".repeat(350_000)];
  const records = ["Yes, it is.", ...texts].map((output, i) => ({
    instruction: `Say ${i}.`,
    output,
  }));
  writeFileSync(path, records.map((record) => JSON.stringify(record)).join("\n"));
  await openPage(page, { place: "data", backend: "wasm", settings: { heldOutPercent: 0 } });
  const longestTask = await watchTasks(page);
  await dropData(page, path);
  for (const line of [2, 3, 4]) {
    await page.getByRole("spinbutton", { name: "Record number" }).fill(String(line));
    await page.keyboard.press("Enter");
    const record = page.getByRole("article", { name: `Record: line ${line}` });
    await expect(record).toContainText(/left out: It has [\d,]+ tokens/, { timeout: SLOW });
    await expect(record).toContainText("so long a record cannot be edited here");
    await expect(record.getByRole("button", { name: "Edit" })).toBeDisabled();
    await record.getByRole("button", { name: /^Show 1,500 more of [\d,]+ tokens$/ }).click();
    await expect(record.getByRole("option")).toHaveCount(2100);
    for (const side of ["Text", "Messages", "As in the file"]) {
      await record.getByText(side, { exact: true }).click();
      await expect(record.getByRole("region", { name: "The record" })).toContainText(/\S{2}/);
    }
    await record.getByText("Tokens", { exact: true }).click();
    expect(await longestTask(), `line ${line}`).toBeLessThan(LONGEST_TASK_MS);
  }
});

function writeRecords(path: string, count: number): void {
  const records = Array.from({ length: count }, (_, i) => ({
    instruction: `Say the number ${i}.`,
    output: `It is ${i}.`,
    category: `kind ${i % 3}`,
  }));
  writeFileSync(path, records.map((record) => JSON.stringify(record)).join("\n"));
}

/** Goes to a row with a key and excludes it. */
async function exclude(page: Page, key: string, line: number): Promise<void> {
  await page.keyboard.press(key);
  await expect(page.getByRole("article", { name: `Record: line ${line}` })).toBeVisible();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("row", { selected: true })).toContainText("excluded");
}

async function save(page: Page, form: string): Promise<{ path: string; lines: unknown[] }> {
  await page.getByRole("combobox", { name: "Save as JSONL" }).selectOption(form);
  const { path } = await download(page, "Download the data");
  const text = readFileSync(path, "utf8");
  return {
    path,
    lines: text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  };
}
