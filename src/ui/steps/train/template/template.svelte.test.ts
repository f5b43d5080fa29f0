import { describe, expect, it } from "vitest";
import { TEMPLATE_TABLE } from "@/data/templates/table";
import { renderApp } from "@/ui/testing/renderApp";

async function openTemplates(name = "Preview") {
  const rendered = await renderApp();
  const { screen } = rendered;
  await screen.getByRole("button", { name: "Settings", exact: true }).click();
  const settings = screen.getByRole("dialog", { name: "Settings" });
  if (name !== "Preview") await settings.getByLabelText("Template").selectOptions("custom");
  await settings.getByRole("button", { name }).click();
  const sheet = screen.getByRole("dialog", { name: "Template" });
  await expect.element(sheet).toBeVisible();
  return { ...rendered, sheet };
}

describe("Template", () => {
  it("shows the chosen one at work, with what is learned of it", async () => {
    const { app, sheet } = await openTemplates();
    const tokens = sheet.getByRole("listbox", { name: "Tokens of this example" });
    await expect.element(tokens).toHaveTextContent(/### Response:/);
    await sheet.getByLabelText("Template").selectOptions("dolly");
    await expect.element(tokens).toHaveTextContent(/Paris\.⏎\s*⏎\s*### End<\|endoftext\|>$/);
    await expect.element(sheet.getByRole("option", { name: /End.*trained/ })).toBeVisible();
    expect(app.settings.config.template).toBe("dolly");
    expect(app.hash).toContain("template=dolly");
  });

  it("cannot be the model's own where the model has none", async () => {
    const { sheet } = await openTemplates();
    await expect
      .element(sheet.getByRole("option", { name: "The model's own (it has none)" }))
      .toBeDisabled();
  });

  it("blocks Tune while a check of an own one fails, and says what to change", async () => {
    const { app, sheet } = await openTemplates("Edit its texts");
    const ending = sheet.getByLabelText("Before the answer");
    await ending.fill("\nReply: ");
    const failed = sheet.getByText(/The prompt ends in a space: "Response: "/);
    await expect.element(failed).toBeVisible();
    await expect.poll(() => app.blocker).toContain("Take it away.");
    await ending.fill("\nReply:\n");
    await expect.poll(() => app.blocker).toBeNull();
    await expect.element(failed).not.toBeInTheDocument();
  });

  it("says which text is no template, and keeps the last preview meanwhile", async () => {
    const { app, sheet } = await openTemplates("Edit its texts");
    await sheet.getByLabelText("Instruction").fill("Do this:");
    const problem = "The template's “Instruction” must hold {instruction} once";
    await expect.element(sheet.getByText(problem)).toBeVisible();
    expect(app.blocker).toContain(problem);
    await expect
      .element(sheet.getByRole("listbox", { name: "Tokens of this example" }))
      .toHaveTextContent(/### Instruction:/);
  });

  it("keeps an own one while another is tried, and none that equals the default is a change", async () => {
    const { app } = await renderApp();
    const { settings } = app;
    settings.set("template", "plain");
    settings.chooseOwnTemplate();
    expect(settings.config.template).toEqual(TEMPLATE_TABLE.plain);
    const own = { ...TEMPLATE_TABLE.plain, beforeAnswer: "\nAnswer:\n" };
    settings.set("template", own);
    settings.set("template", "alpaca");
    expect(settings.changedKeys).toEqual([]);
    settings.chooseOwnTemplate();
    expect(settings.config.template).toEqual(own);
    settings.adopt({ ...settings.config, template: { ...own } });
    expect(settings.changedKeys).toEqual(["template"]);
  });

  it("is that of an attached adapter, also for its answers", async () => {
    const { app, trainer } = await renderApp();
    await expect.poll(() => app.blocker).toBeNull();
    await app.attachAdapter([new File([], "adapter.zip")]);
    expect(app.settings.config.template).toBe("dolly");
    const asked = trainer.calls.filter(({ name }) => name === "compare").at(-1);
    expect(asked?.args[1]).toMatchObject({ template: "dolly" });
  });
});
