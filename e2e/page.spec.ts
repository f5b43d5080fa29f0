import { expect, test } from "./fixtures";

test("the page opens, has its name and asks for nothing outside its origin", async ({ page }) => {
  await page.goto("./");
  await expect(page).toHaveTitle(/TabTune/);
  // What a page loads late is loaded now: its fonts, its worker, its backend.
  await page.waitForLoadState("networkidle");
});
