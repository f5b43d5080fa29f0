/** Spoiled data: its faults are seen, mended by one press each, and every press can be taken back. */
import { expect, test, type Page } from "./fixtures";
import { openPage, SLOW } from "./page";

const doctorOf = (page: Page) => page.getByRole("region", { name: "Data doctor" });
const factOf = (page: Page, label: string) =>
  page.getByRole("term").filter({ hasText: label }).locator("xpath=following-sibling::dd");

async function openMessy(page: Page): Promise<void> {
  await openPage(page, { place: "data", backend: "wasm" });
  await page.getByRole("button", { name: "Use this data: Messy" }).click();
  await expect(page.getByRole("heading", { name: "Messy", level: 2 })).toBeVisible();
  await expect(doctorOf(page).getByText("178 records looked at.")).toBeVisible({ timeout: SLOW });
}

test("the faults of Messy are found, mended one by one, and brought back", async ({ page }) => {
  await openMessy(page);
  const doctor = doctorOf(page);
  const findings = doctor.getByRole("listitem").filter({ has: page.getByRole("heading") });
  await expect(findings.getByRole("heading")).toHaveText([
    "Addresses, telephone numbers and keys",
    "Records of the evaluation sets",
    "Exact duplicates",
    "Near-duplicates",
    "Held-out records that are also trained on",
    "Contradictory answers",
    "Careless one-word answers",
    "Answers that break off",
    "Refusals copied from a big assistant",
    "Template text inside the data",
    "Spoiled letters",
    "Records that cannot be used",
  ]);
  const usable = factOf(page, "Usable records");
  await expect(usable).toHaveText("178");

  const duplicates = findings.filter({ hasText: "Exact duplicates" });
  await expect(duplicates).toContainText("14 records");
  await duplicates.getByText("Which ones").click();
  await expect(duplicates.getByText(/^The same as line \d+\.$/).first()).toBeVisible();
  await duplicates.getByRole("button", { name: "Show in the table" }).click();
  // Its header and fourteen records.
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", "15");
  await duplicates.getByRole("button", { name: "Leave out 14" }).click();
  await expect(usable).toHaveText("164");
  await expect(duplicates).toHaveCount(0);
  await doctor.getByRole("button", { name: "Undo" }).click();
  await expect(usable).toHaveText("178");
  await expect(duplicates).toContainText("14 records");

  const mask = doctor.getByRole("button", { name: "Mask them" });
  await mask.click();
  await expect(mask).toHaveCount(0);
  await expect(doctor.getByRole("status")).toContainText("Done: Mask them");
  await expect(usable).toHaveText("178");

  const remedies = findings.getByRole("button", { name: /^(?!Show)/, disabled: false });
  for (let left = 12; left > 0 && (await remedies.count()) > 0; left--) {
    const name = (await remedies.first().getAttribute("aria-label")) ?? "";
    await remedies.first().click();
    await expect(doctor.getByRole("button", { name, exact: true })).toHaveCount(0);
    await expect(doctor.getByRole("status")).toContainText(name.split(":")[0] ?? "");
  }
  await expect(findings.getByRole("heading")).toHaveText(["Records that cannot be used"]);
  await expect(doctor.getByText("1 to look at", { exact: true })).toBeVisible();
  expect(Number(await usable.textContent())).toBeLessThan(140);
  expect(Number(await usable.textContent())).toBeGreaterThan(100);
});

test("the most different records stand beside random ones, and the profile follows", async ({
  page,
}) => {
  await openMessy(page);
  const keep = page.getByRole("region", { name: "Keep the best" });
  await keep.getByText("Keep the best").click();
  await keep.getByRole("spinbutton", { name: /Records to keep, of 178/ }).fill("40");
  await keep.getByRole("button", { name: "Compare" }).click();
  const words = keep.getByRole("row", { name: /Different words in prompts/ }).getByRole("cell");
  await expect(words).toHaveCount(2);
  const [best = "", random = ""] = await words.allInnerTexts();
  expect(Number(best)).toBeGreaterThan(Number(random));
  await keep.getByRole("button", { name: "Keep these 40, leave out 138 others" }).click();
  await expect(factOf(page, "Usable records")).toHaveText("40");

  const profile = page.getByRole("region", { name: "Profile" });
  await profile.getByText("Profile").click();
  await expect(factOf(page, "Answers")).toHaveText("40");
  await expect(profile.getByRole("img", { name: /^Whole record: median \d+/ })).toBeVisible();
  await expect(factOf(page, "Time of all steps")).toHaveText(/^about \d/, { timeout: SLOW });
});
