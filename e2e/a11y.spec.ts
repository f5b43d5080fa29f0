/** axe finds nothing serious on any place, light and dark, wide and narrow; the keyboard reaches all. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect, test, type Page } from "./fixtures";
import { expectRun, goTo, openPage, SLOW, tune, type Place } from "./page";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PLACES: Place[] = ["data", "model", "train", "compare", "take-away"];
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, viewport] of Object.entries(SIZES)) {
    test(`axe finds nothing serious on any place, ${colorScheme} and ${name}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const settings = { maxSteps: 2, microBatchSize: 1, heldOutPercent: 1 };
      await openPage(page, { backend: "wasm", settings });
      await expectGood(page, "train, before a run");
      await page.getByRole("button", { name: /^Settings/ }).click();
      await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
      await expectGood(page, "settings");
      await page.keyboard.press("Escape");
      await tune(page);
      await expectRun(page, "Done", 2 * SLOW);
      for (const place of PLACES) {
        await goTo(page, place);
        await expectGood(page, place);
      }
    });
  }
}

test("the keyboard alone reaches Tune and starts a run", async ({ page }) => {
  const settings = { maxSteps: 1, microBatchSize: 1, heldOutPercent: 1 };
  await openPage(page, { backend: "wasm", settings });
  const button = page.getByRole("button", { name: "Tune", exact: true });
  await expect(button).toBeEnabled();
  await tabTo(page, "Tune", 30);

  await page.reload();
  await expect(button).toBeEnabled({ timeout: SLOW });
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, "Tune", 8);
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expectRun(page, "Done", SLOW);
});

/** Presses Tab until the control with this text has the focus, which must show. */
async function tabTo(page: Page, text: string, most: number): Promise<void> {
  const passed: string[] = [];
  while (passed.length < most) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate(() => {
      const element = document.activeElement;
      const isMarked = element ? getComputedStyle(element).outlineStyle !== "none" : false;
      return { text: element?.textContent?.trim() ?? "", isMarked };
    });
    passed.push(now.text);
    expect(now.isMarked, `"${now.text}" shows that it has the focus`).toBe(true);
    if (now.text === text) return;
  }
  expect(passed, `reached by ${most} times Tab`).toContain(text);
}

async function expectGood(page: Page, what: string): Promise<void> {
  const faults = await findFaults(page);
  expect.soft(faults, what).toEqual([]);
  const { scroll, client } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scroll: scrollWidth, client: clientWidth };
  });
  expect.soft(scroll, `${what} does not scroll sideways`).toBeLessThanOrEqual(client);
}

/** Serious and critical violations, each with the elements it is about. */
async function findFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}. ${html} ${failureSummary ?? ""}`),
    );
}
