import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { AppError } from "@/core/errors";
import { SAVED_RUN } from "@/ui/testing/fakeTrainer";
import { renderApp } from "@/ui/testing/renderApp";

describe("Data", () => {
  it("counts, pages through examples and names a token by keyboard", async () => {
    const { screen } = await renderApp({}, "#/data");
    await expect.element(screen.getByTestId("train-count")).toHaveTextContent("898");
    await expect.element(screen.getByText("held out", { exact: true })).toBeVisible();
    await screen.getByRole("button", { name: "Next example" }).click();
    await screen.getByRole("spinbutton", { name: "Example number" }).fill("5");
    await userEvent.tab();
    await expect.element(screen.getByText(/312 tokens, 256 fit/).first()).toBeVisible();
    const first = screen.getByRole("option").first();
    await first.click();
    await userEvent.keyboard("{End}");
    await expect.element(screen.getByText(/padding: filler, not seen/)).toBeVisible();
    await userEvent.keyboard("{Home}");
    await expect.element(screen.getByText(/read only: the model sees it/)).toBeVisible();
  });

  it("lists problem records with line and reason, all of them on request", async () => {
    const { screen } = await renderApp({}, "#/data");
    await expect
      .element(screen.getByText("Not JSON: a comma is missing after column 48."))
      .toBeVisible();
    await screen.getByRole("button", { name: "Show all 14" }).click();
    await expect.element(screen.getByText("line 1,002")).toBeInTheDocument();
  });

  it("sends a mapping that was changed by hand", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    await screen.getByRole("combobox", { name: "Answer" }).selectOptions("topic");
    expect(trainer.calls.findLast(({ name }) => name === "setMapping")?.args[0]).toMatchObject({
      format: "alpaca",
      columns: { output: "topic" },
    });
  });

  it("reads pasted text and makes examples with a seed", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    await screen.getByRole("tab", { name: "Paste" }).click();
    await screen.getByRole("textbox", { name: /one JSON object per line/ }).fill('{"a": 1}');
    await screen.getByRole("button", { name: "Use this text" }).click();
    await expect.element(screen.getByRole("heading", { name: "pasted text" })).toBeVisible();
    await screen.getByRole("tab", { name: "Make some" }).click();
    await screen.getByRole("spinbutton", { name: "Seed" }).fill("7");
    await screen.getByRole("button", { name: "Make them" }).click();
    await expect.element(screen.getByRole("heading", { name: /seed 7/ })).toBeVisible();
    expect(trainer.calls.findLast(({ name }) => name === "readData")?.args[0]).toMatchObject({
      kind: "made",
      options: { count: 500, seed: 7 },
    });
  });

  it("keeps the former data when a file cannot be read", async () => {
    const failure = new AppError("data/unreadable", "notes.docx is not text.");
    const { screen } = await renderApp({ fail: { readData: failure } }, "#/data");
    await expect.element(screen.getByRole("alert")).toHaveTextContent("notes.docx is not text.");
  });
});

describe("Model", () => {
  it("says what each needs and loads one by id", async () => {
    const { screen, trainer } = await renderApp({}, "#/model");
    await expect
      .element(screen.getByText(/this device gives about 6.GB\. It fits\./))
      .toBeVisible();
    await screen
      .getByRole("textbox", { name: "Model id" })
      .fill("https://huggingface.co/a/b/tree/main");
    await screen.getByRole("button", { name: "Load it" }).click();
    await expect.element(screen.getByRole("heading", { name: "a/b" })).toBeVisible();
    expect(trainer.calls.findLast(({ name }) => name === "loadModel")?.args[0]).toEqual({
      kind: "hub",
      repo: "a/b",
      revision: "main",
    });
  });

  it("shows bytes, rate and time left of a download, which can be cancelled", async () => {
    const { screen } = await renderApp({ isEndless: true }, "#/model");
    await expect
      .element(screen.getByText(/116.MB of 269.MB · 21.4.MB\/s · 7.s left/))
      .toBeVisible();
    await screen.getByRole("button", { name: "Cancel" }).click();
    await expect.element(screen.getByText(/No model yet/)).toBeVisible();
  });
});

describe("Compare", () => {
  it("streams both answers, says why each ended, and keeps a history", async () => {
    const { screen } = await renderApp({}, "#/compare");
    const prompt = screen.getByRole("textbox", { name: "Prompt", exact: true });
    await prompt.fill("How many legs does a spider have?");
    await screen.getByRole("button", { name: "Ask both" }).click();
    await expect.element(screen.getByTestId("compare-base")).toHaveTextContent(/The spider was/);
    await expect.element(screen.getByText(/tokens\/s/).first()).toBeVisible();
    await prompt.fill("What is the capital of France?");
    await userEvent.keyboard("{Enter}");
    await screen.getByRole("button", { name: "Ask again: How many legs" }).click();
    await expect.element(prompt).toHaveValue("How many legs does a spider have?");
  });

  it("stops an answer when asked to", async () => {
    const { screen } = await renderApp({ tokenMs: 100 }, "#/compare");
    await screen
      .getByRole("textbox", { name: "Prompt", exact: true })
      .fill("What is the capital of France?");
    await screen.getByRole("button", { name: "Ask both" }).click();
    await screen.getByRole("button", { name: "Stop", exact: true }).click();
    await expect.element(screen.getByText(/stopped by you/).first()).toBeVisible();
  });
});

describe("Take away", () => {
  it("has nothing to give before a run, and hands a file over after one", async () => {
    const { screen, savedFiles } = await renderApp({ skipTo: 300 }, "#/take-away");
    const button = screen.getByRole("button", { name: "Download the adapter" });
    await expect.element(button).toBeDisabled();
    await screen.getByRole("link", { name: /^Train/ }).click();
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    await expect.element(screen.getByRole("heading", { name: "Done" })).toBeVisible();
    await screen.getByRole("link", { name: /^Take away/ }).click();
    await button.click();
    await expect.element(screen.getByText(/is in your downloads/)).toBeVisible();
    expect(savedFiles.map(({ fileName }) => fileName)).toEqual(["tabtune-adapter.zip"]);
  });

  it("deletes a saved run only after asking once more", async () => {
    const { screen, trainer } = await renderApp({ savedRuns: [SAVED_RUN] }, "#/take-away");
    await screen.getByRole("button", { name: "Delete tabtune-base on simple-answers" }).click();
    expect(trainer.calls.some(({ name }) => name === "deleteSavedRun")).toBe(false);
    await screen.getByRole("button", { name: "Delete for good" }).click();
    await expect.element(screen.getByText(/The first one appears here/)).toBeVisible();
  });
});

describe("every place", () => {
  for (const place of ["data", "model", "train", "compare", "take-away"]) {
    it(`has no serious accessibility fault: ${place}`, async () => {
      const { screen } = await renderApp({ savedRuns: [SAVED_RUN] }, `#/${place}`);
      await expect.element(screen.getByText(/You were at step/)).toBeVisible();
      await expect.element(screen.getByRole("heading", { level: 1 })).toBeVisible();
      const { violations } = await axe.run(document);
      const serious = violations.filter(
        ({ impact }) => impact === "serious" || impact === "critical",
      );
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    });
  }
});
