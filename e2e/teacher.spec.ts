/** Records made by a language model: in the tab, and behind an address. */
import { expect, test, type Page } from "./fixtures";
import { startHubMirror } from "../tools/hubMirror.js";
import { startChatServer } from "../tools/teacher/chatServer";
import { goTo, openPage, SLOW } from "./page";

const TINY = "me/tiny-teacher";

async function openTeacher(page: Page): Promise<void> {
  await goTo(page, "data");
  await page.getByRole("tab", { name: "Ask a teacher" }).click();
  await expect(page.getByRole("radio", { name: "A model in this tab" })).toBeAttached();
}

async function make(page: Page, count: number): Promise<void> {
  await page.getByRole("spinbutton", { name: "Records" }).fill(String(count));
  await page.getByRole("button", { name: `Make ${count}` }).click();
}

const proposals = (page: Page) => page.getByTestId("proposal");
const doing = (page: Page) => page.getByRole("region", { name: "What the teacher does" });
/** Records in use; NaN while they are counted. */
async function readCount(page: Page): Promise<number> {
  const ids = ["train-count", "held-out-count"];
  const texts = await Promise.all(ids.map((id) => page.getByTestId(id).textContent()));
  return texts.reduce((sum, text) => sum + parseInt((text ?? "").replace(/,/g, "")), 0);
}

test("a model in the tab makes records, and the accepted ones are added to the data", async ({
  page,
  guard,
}) => {
  const hub = await startHubMirror({ models: { [TINY]: "fixtures/teacher" } });
  guard.allowOrigin(hub.url);
  const heavy: string[] = [];
  page.context().on("request", (request) => {
    if (/\.onnx|ort-wasm|transformers/.test(request.url())) heavy.push(request.url());
  });
  try {
    await openPage(page, { backend: "wasm", hub: hub.url });
    await openTeacher(page);
    await page.getByRole("textbox", { name: /^Model on Hugging Face/ }).fill(TINY);
    await page.getByRole("button", { name: "Look it up" }).click();
    await expect(page.getByTestId("teacher-license")).toHaveText("cc0-1.0");
    await expect(page.getByTestId("teacher-bytes")).toHaveText(/^1\.9.MB$/);
    expect(heavy, "nothing of weight before the press").toEqual([]);

    await page.getByRole("button", { name: /^Load / }).click();
    await expect(page.getByText(`${TINY} is loaded.`)).toBeVisible({ timeout: SLOW });
    const runtime = heavy.filter((url) => /ort-wasm/.test(url));
    expect(runtime.length).toBeGreaterThan(0);
    const { origin } = new URL(page.url());
    expect(
      runtime.every((url) => url.startsWith(origin)),
      runtime.join(),
    ).toBe(true);

    await expect(page.getByTestId("train-count")).toHaveText(/\d/);
    const before = await readCount(page);
    await make(page, 5);
    await expect(doing(page)).toContainText("Done.", { timeout: SLOW });
    await expect(proposals(page)).toHaveCount(5);
    await expect(page.getByTestId("teacher-cost")).toContainText(
      /\d+\srequests?: [\d,]+ tokens read/,
    );

    const other = (await proposals(page).nth(1).locator(".instruction").textContent()) ?? "";
    await page.getByRole("button", { name: `Edit: ${other}` }).click();
    const form = page.getByRole("form", { name: "Rewrite it" });
    await form.getByLabel("Answer").fill("ok");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("Careless one-word answers");
    await form.getByLabel("Answer").fill("This answer was written by a person.");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(proposals(page).nth(1)).toContainText("written by a person.");
    await expect(proposals(page).nth(1)).toContainText("edited by hand");

    const first = (await proposals(page).first().locator(".instruction").textContent()) ?? "";
    await page.getByRole("button", { name: `Accept: ${first}` }).click();
    await expect(proposals(page)).toHaveCount(4);
    await expect.poll(() => readCount(page)).toBe(before + 1);
    await page.getByRole("button", { name: "Accept all" }).click();
    await expect(proposals(page)).toHaveCount(0);
    await expect.poll(() => readCount(page)).toBe(before + 5);

    // What is there now is not made again.
    await page.getByText("Harder tasks").click();
    await make(page, 3);
    await expect(doing(page)).toContainText("Done.", { timeout: SLOW });
    const again = await proposals(page).locator(".instruction").allTextContents();
    expect(again).toHaveLength(3);
    expect(again).not.toContain(first);
    await page.getByRole("button", { name: "Drop all" }).click();
    await expect(proposals(page)).toHaveCount(0);
    expect(await readCount(page)).toBe(before + 5);

    await make(page, 500);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect(doing(page)).toContainText("Stopped.");
    await page.getByRole("button", { name: "Free its memory" }).click();
    await expect(page.getByText("Load a model first.")).toBeVisible();
  } finally {
    await hub.close();
  }
});

test("a server refuses, is busy, breaks off, is stopped, and makes records in between", async ({
  page,
  guard,
}) => {
  let asked = 0;
  const tasks = [
    "Tell a friend why owls hunt at night.",
    "How do I tune a violin by ear?",
    "Compare wool with cotton as cloth for winter coats.",
    "What makes the tide rise and fall?",
    "Write a rule of chess for beginners.",
    "Give a use of copper in every house.",
  ];
  const server = await startChatServer({
    models: ["tiny-chat"],
    key: "secret",
    pieceDelayMs: 5,
    answer: (prompt) => {
      if (!prompt.startsWith("Below is a list")) {
        return `Input: none\nOutput: Here is a good answer to task number ${asked}, in one sentence.`;
      }
      const task = tasks[asked++ % tasks.length] ?? "";
      return `9. ${task}\n10. Draw a picture of an owl in a tree.`;
    },
  });
  guard.allowOrigin(server.baseUrl);
  guard.allow(/Failed to load resource: the server responded with a status of (401|429)/);
  guard.allow(/ERR_INCOMPLETE_CHUNKED_ENCODING/);
  const closedToPages = await startChatServer({
    models: ["tiny-chat"],
    answer: () => "",
    allowsPages: false,
  });
  guard.allowOrigin(closedToPages.baseUrl);
  guard.allow(/blocked by CORS policy|ERR_FAILED/);
  try {
    await openPage(page, { backend: "wasm" });
    await openTeacher(page);
    await page.getByText("A server you name").click();
    await page.getByRole("textbox", { name: "Address" }).fill(server.baseUrl);
    await page.getByLabel("Key, if it wants one").fill("guess");
    await page.getByRole("button", { name: "Ask for its models" }).click();
    await expect(page.getByRole("alert")).toContainText("Incorrect API key provided.");

    await page.getByLabel("Key, if it wants one").fill("secret");
    await page.getByRole("button", { name: "Ask for its models" }).click();
    await expect(page.getByText("It answers, and has 1 model: tiny-chat")).toBeVisible();
    await page.getByText("32 starter tasks").click();

    server.faults.push({ status: 429, headers: { "retry-after": "1" } });
    await make(page, 2);
    await expect(doing(page)).toContainText("The server is busy (status 429)");
    await expect(doing(page)).toContainText("Done.", { timeout: SLOW });
    await expect(proposals(page)).toHaveCount(2);
    await expect(page.getByTestId("teacher-rejected")).not.toHaveText("0");
    await expect(proposals(page).first()).toContainText("Self-Instruct, tiny-chat");

    server.faults.push("cut");
    await make(page, 3);
    await expect(page.getByRole("alert")).toContainText(/broke off after \d+ characters/);
    await expect(proposals(page), "what was made before stays").toHaveCount(2);

    await make(page, 100);
    await expect(page.getByTestId("teacher-made")).toHaveText(/[1-9]/);
    await doing(page).waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect(doing(page)).toContainText("Stopped.");
    const asking = server.requests.length;
    await page.waitForTimeout(300);
    expect(server.requests.length).toBe(asking);

    await page.getByRole("textbox", { name: "Address" }).fill(closedToPages.baseUrl);
    await page.getByRole("button", { name: "Ask for its models" }).click();
    const causes = page.getByRole("list", { name: "What can be the cause" });
    await expect(causes).toContainText("does not allow pages from");
    await expect(causes).toContainText("Nobody listens there");
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain("secret");
  } finally {
    await server.close();
    await closedToPages.close();
  }
});
