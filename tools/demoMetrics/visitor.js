// What a visitor does on the page, by role and name, with a clock. Only for `npm run demo-metrics`.
import { readFile } from "node:fs/promises";

const MINUTE_MS = 60_000;
/** Long enough for a slow machine that has other work besides. */
const RUN_MS = 30 * MINUTE_MS;
const ACTION_MS = 2 * MINUTE_MS;

/** Notes the events that the trainer tells the page, with the page's clock; the page is left as it is. */
function listen() {
  const told = (globalThis.toldEvents = []);
  addEventListener("click", () => (globalThis.clickedAt = performance.now()), true);
  const heard = new WeakSet();
  const add = MessagePort.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function (type, ...rest) {
    if (type === "message" && !heard.has(this)) {
      heard.add(this);
      add.call(this, "message", ({ data }) => {
        for (const { value } of data?.argumentList ?? []) {
          if (value?.type && value.type !== "measured") {
            told.push({ at: performance.now(), ...value });
          }
        }
      });
    }
    return add.call(this, type, ...rest);
  };
}

export class Visitor {
  #page;

  constructor(page) {
    this.#page = page;
    page.setDefaultTimeout(ACTION_MS);
  }

  /** A first visit: nothing of it is in any cache. Times are milliseconds from the start of the navigation. */
  static async open(browser, origin) {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
    });
    const page = await context.newPage();
    const visitor = new Visitor(page);
    await page.addInitScript(listen);
    await page.goto(`${origin}/?backend=wasm`, { waitUntil: "commit" });
    // Looked at in every frame; the page's own clock, so that no message to this process counts.
    const timeOf = async (holds) =>
      (await page.waitForFunction(holds, undefined, { polling: "raf" })).jsonValue();
    const usable = await timeOf(() => {
      const isTune = (button) => button.textContent.trim() === "Tune" && button.offsetWidth > 0;
      return [...document.querySelectorAll("button")].some(isTune) && performance.now();
    });
    const loaded = await timeOf(() => {
      const header = document.querySelector("header")?.textContent;
      return header?.includes("tabtune-base") && performance.now();
    });
    const ready = await timeOf(() => {
      const isTune = (button) => button.textContent.trim() === "Tune";
      return [...document.querySelectorAll("button:enabled")].some(isTune) && performance.now();
    });
    await page.getByRole("button", { name: "See its answers before tuning" }).click();
    await visitor.#waitFor(["answer", "answerEnded"], 0, ACTION_MS);
    const firstTokenMs = await page.evaluate(() => {
      const isAnswer = ({ type }) => type === "answer" || type === "answerEnded";
      return globalThis.toldEvents.find(isAnswer).at - globalThis.clickedAt;
    });
    return { visitor, times: { usable, loaded, ready, firstTokenMs } };
  }

  close() {
    return this.#page.context().close();
  }

  async goTo(title) {
    const places = this.#page.getByRole("navigation", { name: "Places" });
    await places.getByRole("link", { name: new RegExp(`^${title}`) }).click();
  }

  async useData(title) {
    await this.goTo("Data");
    await this.#page.getByRole("button", { name: `Use this data: ${title}`, exact: true }).click();
    await this.#page.getByRole("heading", { name: title, level: 2 }).waitFor();
    await this.#page.getByTestId("train-count").filter({ hasText: /\d/ }).waitFor();
    await this.goTo("Train");
  }

  /** Changes number fields of the settings; every other one keeps its default. */
  async set(values) {
    await this.goTo("Train");
    await this.#page
      .getByRole("button", { name: /^Settings/ })
      .first()
      .click();
    const sheet = this.#page.getByRole("dialog", { name: "Settings" });
    for (const [label, value] of Object.entries(values)) {
      await sheet.getByRole("spinbutton", { name: label, exact: true }).fill(String(value));
    }
    await sheet.getByRole("button", { name: "Done" }).click();
    await sheet.waitFor({ state: "hidden" });
  }

  /** Tunes from the start to the end, and says what it took. */
  async tune() {
    const first = await this.#page.evaluate(() => globalThis.toldEvents.length);
    const button = this.#page.getByRole("button", { name: /^(Tune|Tune from the start)$/ });
    await button.click();
    await this.#waitFor(["runEnded", "runFailed"], first, RUN_MS);
    const events = await this.#page.evaluate((from) => globalThis.toldEvents.slice(from), first);
    return summarizeRun(events);
  }

  /** Measures with every set; `choice` is the page's "20", "50" or "All". */
  async measure(choice) {
    await this.goTo("Compare");
    const panel = this.#page.getByRole("region", { name: "Measure" });
    await panel.getByText(choice, { exact: true }).click();
    const started = Date.now();
    await panel.getByRole("button", { name: "Measure", exact: true }).click();
    await panel.getByRole("button", { name: "Stop measuring" }).waitFor();
    await panel
      .getByRole("button", { name: "Measure", exact: true })
      .waitFor({ timeout: 2 * RUN_MS });
    const ms = Date.now() - started;
    await this.#refuseAlerts(panel);
    const begun = this.#page.waitForEvent("download");
    await panel.getByRole("button", { name: "Save as JSON" }).click();
    const { sets } = JSON.parse(await readFile(await (await begun).path(), "utf8"));
    return { ms, sets };
  }

  /** Asks both on the Compare place, greedily, and waits for both whole answers. */
  async ask(prompt) {
    await this.goTo("Compare");
    const first = await this.#page.evaluate(() => globalThis.toldEvents.length);
    await this.#page.getByRole("textbox", { name: "Prompt", exact: true }).fill(prompt);
    await this.#page.getByRole("button", { name: "Ask both" }).click();
    await this.#page.waitForFunction(
      (from) =>
        globalThis.toldEvents
          .slice(from)
          .filter(({ type, requestId }) => type === "answerEnded" && requestId.startsWith("ask:"))
          .length === 2,
      first,
      { timeout: ACTION_MS },
    );
    const events = await this.#page.evaluate((from) => globalThis.toldEvents.slice(from), first);
    const answers = events.filter(
      ({ type, requestId }) => type === "answerEnded" && requestId.startsWith("ask:"),
    );
    const of = (side) => {
      const { text, reason } = answers.find((event) => event.side === side);
      return { text, isEnded: reason === "end-of-text" };
    };
    return { prompt, base: of("base"), tuned: of("tuned") };
  }

  async #waitFor(types, from, timeout) {
    await this.#page.waitForFunction(
      ([wanted, first]) =>
        globalThis.toldEvents.slice(first).some(({ type }) => wanted.includes(type)),
      [types, from],
      { timeout },
    );
  }

  async #refuseAlerts(area) {
    const alerts = await area.getByRole("alert").allTextContents();
    if (alerts.length > 0) throw new Error(`The page says: ${alerts.join(" | ")}`);
  }
}

/** A run's figures from its events. Throws where it failed. */
export function summarizeRun(events) {
  const failed = events.find(({ type }) => type === "runFailed");
  if (failed) throw new Error(`The run failed: ${failed.error.message}`);
  const started = events.find(({ type }) => type === "runStarted");
  const ended = events.find(({ type }) => type === "runEnded");
  const steps = events.flatMap((event) => (event.type === "steps" ? event.records : []));
  const losses = events.flatMap(({ type, record }) =>
    type === "evaluated" ? [record.evalLoss] : [],
  );
  const sum = (key) => steps.reduce((total, record) => total + record[key], 0);
  return {
    steps: steps.length,
    /** From the start to the end, with answers to pinned prompts, held-out loss and saves. */
    wallMs: ended.at - started.at,
    /** The steps alone. */
    stepsMs: sum("stepMs"),
    tokens: sum("tokens"),
    heldOutLoss: [losses[0] ?? null, losses.at(-1) ?? null],
  };
}
