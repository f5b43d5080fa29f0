import { describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { AppError } from "@/core/errors";
import { SAVED_RUN } from "@/ui/testing/fakeTrainer";
import { expectNoSeriousFault } from "@/ui/testing/a11y";
import { renderApp } from "@/ui/testing/renderApp";

describe("Data", () => {
  it("marks the set in use, changes it with one press, and keeps measuring sets out", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    const current = () => screen.getByRole("listitem").filter({ hasText: "In use" });
    await expect.element(current()).toHaveTextContent(/First answers.*1,100 records/);
    expect(trainer.calls.filter(({ name }) => name === "readData")).toHaveLength(1);
    expect(screen.getByRole("button", { name: /^Apply/ }).query()).toBeNull();
    await screen.getByRole("button", { name: "Use this data: Story writer" }).click();
    await expect.element(current()).toHaveTextContent("Story writer");
    await expect
      .element(screen.getByRole("heading", { name: "Story writer", level: 2 }))
      .toBeVisible();
    expect(trainer.calls.findLast(({ name }) => name === "readData")?.args[0]).toEqual({
      kind: "bundled",
      name: "story-writer",
    });
    await screen.getByText("For measuring only").click();
    await expect.element(screen.getByText("Unseen facts")).toBeVisible();
    expect(screen.getByRole("button", { name: "Use this data: Unseen facts" }).query()).toBeNull();
  });

  it("shows a set's card as text, read when it is asked for", async () => {
    const { screen, app } = await renderApp({}, "#/data");
    const read = vi.spyOn(app.library, "readFile");
    await screen.getByRole("button", { name: "About this data: First answers" }).click();
    const card = screen.getByRole("dialog", { name: "First answers" });
    await expect.element(card.getByRole("heading", { name: "What it holds" })).toBeVisible();
    await expect.element(card.getByRole("cell", { name: "capitals" })).toBeVisible();
    await expect.element(card.getByText("<b>This is text</b>, as every card is.")).toBeVisible();
    expect(read.mock.calls).toEqual([["first-answers.md"]]);
    await expectNoSeriousFault();
    await card.getByRole("button", { name: "Close" }).click();
    read.mockRejectedValueOnce(new AppError("hub/failed", "persona.md (no connection)."));
    await screen.getByRole("button", { name: "About this data: Persona" }).click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent("no connection");
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(screen.getByRole("heading", { name: "What it holds" })).toBeVisible();
  });

  it("fills in names, shows a record with them, and refuses an empty or a long one", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    const sources = () =>
      trainer.calls.filter(({ name }) => name === "readData").map(({ args }) => args[0]);
    await screen.getByRole("button", { name: "Fill in the names: Persona" }).click();
    const form = screen.getByRole("form", { name: "Names in Persona" });
    await expect.element(form.getByText("I am Pip. Ada made me.")).toBeVisible();
    const name = form.getByRole("textbox", { name: "Its name" });
    await expect.element(name).toHaveFocus();
    const use = form.getByRole("button", { name: "Use this data: Persona" });
    await name.fill("  ");
    await expect.element(form.getByRole("alert")).toHaveTextContent("“Its name” is empty");
    await expect.element(use).toBeDisabled();
    await name.fill("x".repeat(41));
    await expect.element(form.getByRole("alert")).toHaveTextContent("41 characters; at most 40");
    await name.fill(' Zoë "Z" {{maker}} ');
    await expect.element(form.getByText('I am Zoë "Z" {{maker}}. Ada made me.')).toBeVisible();
    await expectNoSeriousFault();
    expect(sources()).toHaveLength(1);
    await use.click();
    await expect
      .element(screen.getByRole("heading", { name: 'Persona (Zoë "Z" {{maker}})' }))
      .toBeVisible();
    const apply = screen.getByRole("button", { name: "Apply: Persona" });
    await expect.element(apply).toBeDisabled();
    await name.fill("Kim");
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByRole("heading", { name: "Persona (Kim)" })).toBeVisible();
    expect(sources().slice(1)).toEqual([
      { kind: "bundled", name: "persona", values: { name: 'Zoë "Z" {{maker}}', maker: "Ada" } },
      { kind: "bundled", name: "persona", values: { name: "Kim", maker: "Ada" } },
    ]);
  });

  it("counts, pages through records and names a token by keyboard", async () => {
    const { screen } = await renderApp({}, "#/data");
    await expect.element(screen.getByTestId("train-count")).toHaveTextContent("898");
    const record = screen.getByRole("article", { name: /^Record: line/ });
    await expect.element(record.getByText("held out", { exact: true })).toBeVisible();
    await record.getByRole("button", { name: "Next record" }).click();
    await record.getByRole("spinbutton", { name: "Record number" }).fill("5");
    await userEvent.tab();
    await expect.element(record.getByText(/312 tokens, 256 fit/)).toBeVisible();
    const first = record.getByRole("option").first();
    await first.click();
    await userEvent.keyboard("{End}");
    await expect.element(screen.getByText(/trained: the model learns to say this/)).toBeVisible();
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
    await screen.getByText("How it is read").click();
    await screen.getByRole("combobox", { name: "Answer" }).selectOptions("topic");
    expect(trainer.calls.findLast(({ name }) => name === "setMapping")?.args[0]).toMatchObject({
      format: "alpaca",
      columns: { output: "topic" },
    });
  });

  it("shows at once what a format leaves open, and what was done", async () => {
    const choices = [
      { value: "Ann", label: "Ann" },
      { value: "Bo", label: "Bo" },
    ];
    const help = "Their messages become the answers.";
    const option = { key: "answerer", label: "Who answers", help, choices, initial: "Bo" };
    const { screen, trainer } = await renderApp({ dataset: { options: [option] } }, "#/data");
    const choice = screen.getByRole("combobox", { name: "Who answers" });
    await expect.element(choice).toHaveValue("Bo");
    await expect.element(choice).toHaveAccessibleDescription(help);
    await expect.element(screen.getByText("3 times, first on line 8")).toBeVisible();
    await choice.selectOptions("Ann");
    expect(trainer.calls.findLast(({ name }) => name === "setMapping")?.args[0]).toMatchObject({
      format: "alpaca",
      options: { answerer: "Ann" },
    });
  });

  it("looks a Hugging Face data set up, and reads the rows that are chosen", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    await screen.getByRole("tab", { name: "From the web" }).click();
    const field = screen.getByRole("textbox", { name: /^Name of a Hugging Face data set/ });
    await field.fill("not a name");
    await expect.element(screen.getByRole("button", { name: "Look it up" })).toBeDisabled();
    await field.fill("tatsu-lab/alpaca");
    await screen.getByRole("button", { name: "Look it up" }).click();
    await expect.element(screen.getByText("license: cc-by-nc-4.0")).toBeVisible();
    const part = screen.getByRole("combobox", { name: "Part" });
    await part.selectOptions("default · test (500 rows)");
    await expect.element(screen.getByText("It has 500 rows.")).toBeVisible();
    await expectNoSeriousFault();
    await screen.getByRole("button", { name: "Read these rows" }).click();
    expect(trainer.calls.findLast(({ name }) => name === "readData")?.args[0]).toEqual({
      kind: "hub",
      name: "tatsu-lab/alpaca (test)",
      repo: "tatsu-lab/alpaca",
      config: "default",
      split: "test",
      count: 500,
    });
    await field.fill("https://a.example/b/faq.csv");
    await screen.getByRole("button", { name: "Fetch it" }).click();
    expect(trainer.calls.findLast(({ name }) => name === "readData")?.args[0]).toEqual({
      kind: "url",
      name: "faq.csv",
      url: "https://a.example/b/faq.csv",
    });
  });

  it("keeps Tune from questions without answers, and says where to go", async () => {
    const { screen, app } = await renderApp({ dataset: { use: "evaluation" } }, "#/data");
    await expect.element(screen.getByText(/These are questions without answers/)).toBeVisible();
    await expect.element(screen.getByRole("combobox", { name: "Answer" })).toBeVisible();
    app.place = "train";
    await expect.element(screen.getByRole("button", { name: "Tune" })).toBeDisabled();
    await expect.element(screen.getByText(/has questions without answers/)).toBeVisible();
    const way = screen.getByRole("link", { name: "Go to Data" });
    expect(way.element().getAttribute("href")).toMatch(/^#\/data/);
  });

  it("reads pasted text and makes examples with a seed", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    await screen.getByRole("tab", { name: "Paste" }).click();
    await screen.getByRole("textbox", { name: "Your text" }).fill('{"a": 1}');
    await screen.getByRole("button", { name: "Use this text" }).click();
    await expect.element(screen.getByRole("heading", { name: "pasted text" })).toBeVisible();
    await screen.getByRole("tab", { name: "Make some" }).click();
    await screen.getByRole("spinbutton", { name: "Seed" }).fill("7");
    await screen.getByRole("button", { name: /^Use 1,000/ }).click();
    await expect.element(screen.getByRole("heading", { name: /seed 7/ })).toBeVisible();
    expect(trainer.calls.findLast(({ name }) => name === "readData")?.args[0]).toMatchObject({
      kind: "made",
      options: { count: 1000, level: "easy", heldBack: 5, seed: 7 },
    });
  });

  it("keeps the former data when a file cannot be read", async () => {
    const failure = new AppError("data/unreadable", "notes.docx is not text.");
    const { screen } = await renderApp({ fail: { readData: failure } }, "#/data");
    await expect.element(screen.getByRole("alert")).toHaveTextContent("notes.docx is not text.");
  });
});

describe("Model", () => {
  it("says what the bundled model is and cannot do, and shows its card", async () => {
    const { screen } = await renderApp({}, "#/model");
    await expect.element(screen.getByText(/4\.1.M parameters are few/)).toBeVisible();
    await expect.element(screen.getByText(/It does not reason/)).toBeVisible();
    await screen.getByRole("button", { name: "Read its whole card" }).click();
    const card = screen.getByRole("dialog", { name: "tabtune-base" });
    await expect.element(card.getByText("It has never seen an instruction.")).toBeVisible();
  });

  it("says nothing of the kind about another model", async () => {
    const { screen, app } = await renderApp({}, "#/model");
    await expect.element(screen.getByText(/It does not reason/)).toBeVisible();
    await app.loadModel({ kind: "hub", repo: "a/b", revision: "main" });
    await expect.element(screen.getByRole("heading", { name: "a/b" })).toBeVisible();
    expect(screen.getByText(/It does not reason/).query()).toBeNull();
  });

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
    await screen.getByRole("button", { name: "Delete tabtune-base on First answers" }).click();
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
      await expectNoSeriousFault();
    });
  }
});
