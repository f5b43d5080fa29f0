/** What a person does on the page, by role and name. */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expect, test, type Page } from "./fixtures";
import type { Locator } from "@playwright/test";

export type Place = "data" | "model" | "train" | "compare" | "take-away";
const TITLES: Record<Place, string> = {
  data: "Data",
  model: "Model",
  train: "Train",
  compare: "Compare",
  "take-away": "Take away",
};

/** What the page opens with: the first row of the index, by its title. */
const DEFAULT_DATA = "First answers";

/** Long enough for a machine that does other things besides. */
export const SLOW = 60_000;

export type OpenOptions = {
  place?: Place;
  backend?: "wasm" | "webgpu";
  hub?: string;
  /** Settings that are not the default, as in a shared link. */
  settings?: Record<string, string | number | boolean>;
};

/** Opens the page and waits until the bundled model and its data are there. */
export async function openPage(page: Page, options: OpenOptions = {}): Promise<void> {
  await page.goto(toAddress(options));
  await expectModel(page, "tabtune-base");
  await expectInStatusLine(page, "Data", DEFAULT_DATA);
}

export function toAddress({ place = "train", backend, hub, settings = {} }: OpenOptions): string {
  const query = new URLSearchParams({ ...(backend && { backend }), ...(hub && { hub }) });
  const overrides = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return `./?${query.toString()}#/${place}?${overrides.join("&")}`;
}

/** The status line names this model. */
export async function expectModel(page: Page, name: string): Promise<void> {
  await expectInStatusLine(page, "Model", name);
}

async function expectInStatusLine(page: Page, label: string, value: string): Promise<void> {
  // A narrow page leaves the label out.
  const name = new RegExp(`^(${label} )?${value.replace(/[.]/g, "\\.")}$`);
  await expect(page.getByRole("banner").getByRole("link", { name })).toBeVisible({
    timeout: SLOW,
  });
}

export async function goTo(page: Page, place: Place): Promise<void> {
  const places = page.getByRole("navigation", { name: "Places" });
  await places.getByRole("link", { name: new RegExp(`^${TITLES[place]}`) }).click();
  await expect(places.locator("[aria-current=page]")).toContainText(TITLES[place]);
}

export async function loadFromHub(page: Page, repo: string): Promise<void> {
  await goTo(page, "model");
  await page.getByRole("textbox", { name: "Model id" }).fill(repo);
  await page.getByRole("button", { name: "Load it" }).click();
}

/** Loads files of a model through the file picker. */
export async function loadFiles(page: Page, paths: string[]): Promise<void> {
  await goTo(page, "model");
  await pickFiles(page, "Choose files", paths);
}

/** Presses a button that opens the file picker, and picks. */
export async function pickFiles(
  page: Page,
  button: string,
  paths: string[] | string,
): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button, exact: true }).click();
  await (await chooser).setFiles(paths);
}

/** Drops files or folders from the disk, as the browser itself does it. */
export async function dropPaths(page: Page, target: Locator, paths: string[]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error("dropPaths: the target is not on the page");
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, ...at, data });
  }
  await session.detach();
}

export const dropZone = (page: Page, name: string): Locator => page.getByRole("group", { name });

/** Drops a data file on the Data place. */
export async function dropUnread(page: Page, path: string): Promise<void> {
  await goTo(page, "data");
  await page.getByRole("tab", { name: "Your file" }).click();
  await dropPaths(page, dropZone(page, "Drop a file here"), [path]);
}

/** Drops a data file and waits until its examples are counted. */
export async function dropData(page: Page, path: string): Promise<void> {
  await dropUnread(page, path);
  await expect(page.getByRole("heading", { name: basename(path) })).toBeVisible({ timeout: SLOW });
  await expect(page.getByTestId("train-count")).toHaveText(/\d/, { timeout: SLOW });
}

/** Pastes data and waits until it is read. */
export async function pasteData(page: Page, text: string): Promise<void> {
  await goTo(page, "data");
  await page.getByRole("tab", { name: "Paste" }).click();
  await page.getByRole("textbox", { name: "Your text" }).fill(text);
  await page.getByRole("button", { name: "Use this text" }).click();
}

/** Changes number fields in the settings sheet. */
export async function setSettings(page: Page, values: Record<string, number>): Promise<void> {
  await page.getByRole("button", { name: /^Settings/ }).click();
  const sheet = page.getByRole("dialog", { name: "Settings" });
  for (const [label, value] of Object.entries(values)) {
    await sheet.getByRole("spinbutton", { name: label, exact: true }).fill(String(value));
  }
  await sheet.getByRole("button", { name: "Done" }).click();
  await expect(sheet).toBeHidden();
}

export async function tune(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Tune", exact: true }).click({ timeout: SLOW });
}

/** The heading that says how the run stands. */
export async function expectRun(page: Page, status: string, timeout = SLOW): Promise<void> {
  await expect(page.getByRole("heading", { name: status, exact: true })).toBeVisible({ timeout });
}

export type Numbers = { step: number; loss: number; heldOut: number };

/** Notes the live numbers as the page shows them; call the result for what was seen so far. */
export async function watchNumbers(page: Page): Promise<() => Promise<Numbers[]>> {
  const seen = await page.evaluateHandle(() => {
    const list: { step: number; loss: number; heldOut: number }[] = [];
    const read = (id: string) =>
      parseFloat(document.querySelector(`[data-testid=${id}]`)?.textContent ?? "");
    new MutationObserver(() => {
      const next = {
        step: read("step-now"),
        loss: read("loss-now"),
        heldOut: read("held-out-loss-now"),
      };
      if (JSON.stringify(next) !== JSON.stringify(list.at(-1))) list.push(next);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    return list;
  });
  return () => seen.jsonValue();
}

/** A loss or held-out loss as the page shows it now. */
export async function readNumber(page: Page, testId: string): Promise<number> {
  return parseFloat((await page.getByTestId(testId).textContent()) ?? "");
}

/** Asks both on the Compare place and waits for both whole answers. */
export async function askBoth(
  page: Page,
  prompt: string,
  timeout = SLOW,
): Promise<{ base: string; tuned: string }> {
  await goTo(page, "compare");
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill(prompt);
  await page.getByRole("button", { name: "Ask both" }).click();
  await expect(page.getByRole("button", { name: "Ask both" })).toBeVisible({ timeout });
  return {
    base: await readAnswer(page, "Base answer"),
    tuned: await readAnswer(page, "Tuned answer"),
  };
}

export async function readAnswer(page: Page, name: string): Promise<string> {
  return (await page.getByRole("group", { name, exact: true }).textContent()) ?? "";
}

/** How the next token is chosen, on the Compare place. */
export async function setSampling(page: Page, values: Record<string, number>): Promise<void> {
  await goTo(page, "compare");
  const title = page.getByText("How the next token is chosen");
  await title.click();
  for (const [label, value] of Object.entries(values)) {
    const field = page.getByRole("spinbutton", { name: label });
    await field.fill(String(value));
    await field.blur();
  }
  await title.click();
}

/** Presses a button and returns the file that it downloads. */
export async function download(
  page: Page,
  button: string,
): Promise<{ name: string; path: string; bytes: Uint8Array }> {
  const begun = page.waitForEvent("download", { timeout: SLOW });
  await page.getByRole("button", { name: button }).click();
  const file = await begun;
  const name = file.suggestedFilename();
  const path = test.info().outputPath(name);
  await file.saveAs(path);
  return { name, path, bytes: new Uint8Array(readFileSync(path)) };
}

/** A row of a measured set's table: the numbers of base and tuned, in percent or as they are. */
export async function readMeasured(
  page: Page,
  set: string,
  row: string,
): Promise<{ base: number; tuned: number }> {
  const table = page.getByTestId(`measured-${set}`);
  const name = new RegExp(`^${row}(?! form)`);
  const cells = table.getByRole("row", { name }).getByRole("cell");
  const [base = "", tuned = ""] = await cells.allInnerTexts();
  return { base: Number.parseFloat(base), tuned: Number.parseFloat(tuned) };
}

/**
 * Tells the longest task of the page's own thread since it was asked last, in ms; 0 where none is over 50.
 * A planted task shows first that tasks are seen.
 */
export async function watchTasks(page: Page): Promise<() => Promise<number>> {
  const longest = await page.evaluateHandle(() => {
    const state = { ms: 0 };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) state.ms = Math.max(state.ms, duration);
    }).observe({ type: "longtask" });
    setTimeout(() => {
      const end = performance.now() + 400;
      while (performance.now() < end);
    });
    return state;
  });
  const ask = () =>
    longest.evaluate((state) => {
      const { ms } = state;
      state.ms = 0;
      return ms;
    });
  await expect.poll(ask).toBeGreaterThan(300);
  await ask();
  return ask;
}
