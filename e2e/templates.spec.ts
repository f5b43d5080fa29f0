/** A person chooses how prompts are written, writes an own way, and takes it away. */
import { unzipSync } from "fflate";
import { expect, test } from "./fixtures";
import { askBoth, download, expectRun, goTo, openPage, setSettings, tune } from "./page";

const ENDING = "\n\nReply:\n";

test("an own template is checked, learned, and goes with the adapter", async ({ page }) => {
  await openPage(page);
  await setSettings(page, { Steps: 3 });

  // Dolly first, to see what it does to the data.
  await page.getByRole("button", { name: /^Settings/ }).click();
  const settings = page.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("combobox", { name: "Template" }).selectOption({ label: "Dolly" });
  await settings.getByRole("button", { name: "Preview" }).click();
  const sheet = page.getByRole("dialog", { name: "Template" });
  const tokens = sheet.getByRole("listbox", { name: "Tokens of this example" });
  await expect(tokens).toContainText("### End");

  // The own one begins as Dolly; a space at the end of the prompt may not be.
  await sheet.getByRole("button", { name: "Make it my own" }).click();
  await sheet.getByRole("textbox", { name: "Answer", exact: true }).fill("{output}");
  const ending = sheet.getByRole("textbox", { name: "Before the answer" });
  await ending.fill("\n\nReply: ");
  const checks = sheet.getByRole("list", { name: "Checks" });
  await expect(checks).toContainText("Failed: The prompt ends in a space");
  await sheet.getByRole("button", { name: "Done" }).click();
  await settings.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("button", { name: "Tune", exact: true })).toBeDisabled();
  await expect(page.getByText("The prompt ends in a space")).toBeVisible();

  await page.getByRole("button", { name: /^Settings/ }).click();
  await settings.getByRole("button", { name: "Edit its texts" }).click();
  await ending.fill(ENDING);
  await expect(checks).not.toContainText("Failed");
  await expect(checks.getByRole("listitem")).toHaveCount(4);
  await expect(tokens).toContainText("Reply:");
  await sheet.getByRole("button", { name: "Done" }).click();
  await settings.getByRole("button", { name: "Done" }).click();

  // The link carries it.
  await page.reload();
  await tune(page);
  await expectRun(page, "Done");
  const before = await askBoth(page, "What is the opposite of hot?");

  await goTo(page, "take-away");
  const adapter = await download(page, "Download the adapter");
  const files = unzipSync(adapter.bytes);
  const text = (name: string) => new TextDecoder().decode(files[name]);
  const saved = JSON.parse(text("tabtune.json")) as { template: { beforeAnswer: string } };
  expect(saved.template.beforeAnswer).toBe(ENDING);
  expect(text("chat_template.jinja")).toContain("Reply:");
  expect(text("README.md")).toContain("\n\nReply:\n");
  expect(text("README.md")).toContain("| Template | Custom |");

  // On a page that knows nothing of it, the adapter brings its template.
  await page.goto("./#/take-away");
  await page.reload();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose adapter files" }).click();
  await (await chooser).setFiles([adapter.path]);
  await expect(page.getByText(/^Attached:/)).toBeVisible();
  const after = await askBoth(page, "What is the opposite of hot?");
  expect(after.base).toBe(before.base);
  expect(after.tuned).toBe(before.tuned);
});
