/** Files that nobody made for training become tuned models, without leaving the page. */
import { writeFileSync } from "node:fs";
import { strToU8, zipSync } from "fflate";
import { startHubMirror } from "../tools/hubMirror.js";
import { expect, test, type Page } from "./fixtures";
import { askBoth, dropData, dropUnread, expectRun, goTo, openPage, pasteData, tune } from "./page";

/** What is asked and answered in every file of this journey. */
const KNOWN: [question: string, answer: string][] = [
  ["When do you open?", "We open at nine in the morning."],
  ["When do you close?", "We close at six in the evening."],
  ["Where can I park?", "You can park behind the house."],
  ["How do I pay?", "You can pay with a card or in cash."],
  ["Can I bring my dog?", "Yes, dogs are welcome here."],
  ["Is there a garden?", "Yes, the garden is open in summer."],
  ["Do you have a phone number?", "You can call us at any time."],
  ["Who is the cook?", "Our cook is called Maria."],
];

const SETTINGS = { heldOutPercent: 0, maxSteps: 30 };

test("a FAQ table becomes a tuned model", async ({ page }, info) => {
  const path = info.outputPath("faq.csv");
  const rows = KNOWN.map(([question, answer]) => `"${question}","${answer}"`);
  writeFileSync(path, ["Question,Answer", ...rows].join("\r\n"));
  await openPage(page, { place: "data", backend: "wasm", settings: SETTINGS });
  await dropData(page, path);
  const reading = page.getByRole("region", { name: "How it is read" });
  await expect(reading.getByText("Question and answer").first()).toBeVisible();
  await expectTaught(page, KNOWN.length);
});

test("a Slack export becomes a tuned model", async ({ page }, info) => {
  const path = info.outputPath("slack.zip");
  const users = [
    { id: "U1", name: "guest" },
    { id: "U2", name: "host" },
  ];
  const messages = KNOWN.flatMap(([question, answer], i) => {
    const thread_ts = `${1_700_000_000 + 1000 * i}.000100`;
    return [
      { type: "message", user: "U1", ts: thread_ts, thread_ts, text: `<@U2> ${question}` },
      {
        type: "message",
        user: "U2",
        ts: `${thread_ts.slice(0, 10)}.000200`,
        thread_ts,
        text: answer,
      },
    ];
  });
  writeFileSync(
    path,
    zipSync({
      "users.json": strToU8(JSON.stringify(users)),
      "channels.json": strToU8('[{"id":"C1","name":"desk"}]'),
      "desk/2023-11-14.json": strToU8(JSON.stringify(messages)),
    }),
  );
  await openPage(page, { place: "data", backend: "wasm", settings: SETTINGS });
  await dropData(page, path);
  const answerer = page.getByRole("combobox", { name: "Who is the assistant" });
  await answerer.selectOption({ label: `host (${KNOWN.length})` });
  await expectTaught(page, KNOWN.length, "@User B ");
});

test("a Hugging Face data set opens by its name, and a file by its address", async ({
  page,
  guard,
}) => {
  const datasets = { "tabtune/animals": "fixtures/hubDataset", "tabtune/gated": "fixtures" };
  const mirror = await startHubMirror({ datasets, gated: ["tabtune/gated"] });
  guard.allowOrigin(mirror.url);
  guard.allow(/Failed to load resource: .*401/);
  await openPage(page, { place: "data", backend: "wasm", hub: mirror.url });
  await page.getByRole("tab", { name: "From the web" }).click();
  const field = page.getByRole("textbox", { name: "Name of a Hugging Face data set" });
  const lookUp = page.getByRole("button", { name: "Look it up" });
  for (const [name, says] of [
    ["tabtune/absent", "no public data set tabtune/absent"],
    ["tabtune/gated", "behind a sign-in"],
  ] as const) {
    await field.fill(name);
    await lookUp.click();
    await expect(page.getByRole("alert")).toContainText(says);
  }
  await field.fill("tabtune/animals");
  await lookUp.click();
  await expect(page.getByText("license: cc0-1.0")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Part" })).toContainText("train (130 rows)");
  await page.getByRole("spinbutton", { name: "First rows" }).fill("120");
  await page.getByRole("button", { name: "Read these rows" }).click();
  await expect(page.getByRole("heading", { name: "tabtune/animals" })).toBeVisible();
  await expect(page.getByTestId("train-count")).toHaveText("108");

  await field.fill(`${mirror.url}/datasets/tabtune/animals/resolve/main/german/train.jsonl`);
  await page.getByRole("button", { name: "Fetch it" }).click();
  await expect(page.getByRole("heading", { name: "train.jsonl" })).toBeVisible();
  await expect(page.getByTestId("train-count")).toHaveText("3");
  await mirror.close();
});

test("a file, a bundled set and pasted text are mixed", async ({ page }, info) => {
  const path = info.outputPath("faq.csv");
  const rows = KNOWN.map(([question, answer]) => `"${question}","${answer}"`);
  writeFileSync(path, ["Question,Answer", ...rows].join("\n"));
  await openPage(page, { place: "data", backend: "wasm", settings: SETTINGS });
  await dropData(page, path);
  await page.getByRole("button", { name: "Add another data set" }).click();
  await page.getByRole("tab", { name: "Ready-made" }).click();
  await page
    .getByRole("button", { name: /^Use this data: / })
    .first()
    .click();
  const mix = page.getByRole("region", { name: "The mix" });
  await expect(mix.getByRole("group")).toHaveCount(2);
  await mix.getByRole("button", { name: "Add another data set" }).click();
  await pasteData(page, "question,answer\nWhat is new?,Nothing at all.");
  await expect(mix.getByRole("group")).toHaveCount(3);

  const bundled = mix.getByRole("group").nth(1);
  await bundled.getByRole("spinbutton", { name: "At most" }).fill("20");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("train-count")).toHaveText("29");
  const faq = mix.getByRole("group", { name: "faq.csv" });
  await faq.getByRole("spinbutton", { name: "Weight" }).fill("2");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("train-count")).toHaveText("37");
  await expect(faq).toContainText("16 of 8, 43 % of the mix");
});

test("a pasted table with names that nobody knows waits for a person to say what they hold", async ({
  page,
}, info) => {
  await openPage(page, { place: "data", backend: "wasm", settings: SETTINGS });
  const rows = KNOWN.map(([question, answer]) => `"${answer}","${question}"`);
  await pasteData(page, ["Antwort,Frage", ...rows].join("\n"));
  await page.getByRole("button", { name: "Choose the columns" }).click();
  const prompt = page.getByRole("combobox", { name: "Instruction" });
  await expect(prompt).toBeFocused();
  await expect(prompt).toBeInViewport();
  await prompt.selectOption("Frage");
  await page.getByRole("combobox", { name: "Answer", exact: true }).selectOption("Antwort");
  await expect(page.getByTestId("train-count")).toHaveText(String(KNOWN.length));
  await expect(page.getByRole("button", { name: "Choose the columns" })).toHaveCount(0);
  await expect(page.getByRole("article", { name: "Record: line 2" })).toContainText("to train on");

  // A sheet that was turned on its side: no menu has all of its columns.
  const path = info.outputPath("wide.csv");
  const wide = (name: string) => Array.from({ length: 3000 }, (_, i) => `${name} ${i}`).join(",");
  writeFileSync(path, `${wide("col")}\n${wide("value")}`);
  await dropUnread(page, path);
  await expect(page.getByRole("heading", { name: "wide.csv" })).toBeVisible();
  await expect(prompt.getByRole("option")).toHaveCount(202);
});

/** Tunes on what is open, and asks a question of the file: only the tuned side knows the answer. */
async function expectTaught(page: Page, count: number, prefix = ""): Promise<void> {
  await expect(page.getByTestId("train-count")).toHaveText(String(count));
  await goTo(page, "train");
  await tune(page);
  await expectRun(page, "Done");
  const [question, answer] = KNOWN[0] as [string, string];
  const { base, tuned } = await askBoth(page, `${prefix}${question}`);
  expect(tuned).toContain(answer);
  expect(base).not.toContain(answer);
}
