import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import type { DataEdit } from "@/data/edits/edits";
import { renderApp } from "@/ui/testing/renderApp";

async function openTable() {
  const made = await renderApp({}, "#/data");
  const { screen, trainer } = made;
  const grid = screen.getByRole("grid", { name: "Records" });
  const count = screen.getByRole("region", { name: "Records" }).getByRole("status").first();
  await expect.element(count).toHaveTextContent("1,000 records");
  await expect.element(screen.getByTestId("train-count")).toHaveTextContent("898");
  const edits = () =>
    trainer.calls.filter(({ name }) => name === "editData").map(({ args }) => args);
  const rowNames = () =>
    [...grid.element().querySelectorAll("[role=row][aria-selected] .line")].map((cell) =>
      cell.textContent.trim(),
    );
  return { ...made, grid, count, edits, rowNames };
}

describe("the table of records", () => {
  it("draws the visible rows only, and reads further ones when they come into view", async () => {
    const { screen, grid, rowNames } = await openTable();
    expect(rowNames().length).toBeLessThan(30);
    grid.element().scrollTop = 20_000;
    await expect.element(screen.getByText("501", { exact: true })).toBeInTheDocument();
    expect(rowNames().length).toBeLessThan(30);
    await expect.element(grid).toHaveAttribute("aria-rowcount", "1001");
  });

  it("finds by text, category, state and length, and says how many", async () => {
    const { screen, count, trainer } = await openTable();
    const search = screen.getByRole("textbox", { name: "Search the records" });
    await search.fill("no such words");
    await expect.element(screen.getByText("No record fits what is looked for.")).toBeVisible();
    await expect.element(count).toHaveTextContent("0 of 1,000 records");
    await screen.getByRole("button", { name: "Show all", exact: true }).click();
    await expect.element(search).toHaveValue("");
    await screen.getByRole("combobox", { name: "Category" }).selectOptions("task (333)");
    await expect.element(count).toHaveTextContent("333 of 1,000");
    await screen.getByRole("spinbutton", { name: "Shortest" }).fill("40");
    await screen.getByRole("combobox", { name: "Which records" }).selectOptions("Edited or added");
    await expect.element(count).toHaveTextContent("0 of 1,000");
    expect(trainer.calls.findLast(({ name }) => name === "queryTable")?.args[0]).toMatchObject({
      category: "task",
      state: "edited",
      length: { min: 40, max: null },
    });
  });

  it("sorts by a column, the other way when pressed again", async () => {
    const { screen, rowNames } = await openTable();
    const line = screen.getByRole("columnheader", { name: "Line" });
    await expect.element(line).toHaveAttribute("aria-sort", "ascending");
    await line.getByRole("button").click();
    await expect.element(line).toHaveAttribute("aria-sort", "descending");
    await expect.poll(() => rowNames()[0]).toBe("1,000");
  });

  it("is walked through with the keyboard: rows, into the record, and back", async () => {
    const { screen, grid, edits } = await openTable();
    (grid.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    const record = screen.getByRole("article", { name: "Record: line 3" });
    await expect.element(record).toBeVisible();
    await userEvent.keyboard("{Enter}");
    await expect.element(record).toHaveFocus();
    await userEvent.keyboard("{Escape}");
    await expect.element(grid).toHaveFocus();
    await userEvent.keyboard("{Delete}");
    await expect.element(record.getByText("excluded by hand")).toBeVisible();
    expect(edits()).toEqual([[{ kind: "exclude", ids: [2] }, "Exclude line 3"]]);
    await userEvent.keyboard("{End}");
    await expect.element(screen.getByRole("article", { name: "Record: line 1,000" })).toBeVisible();
    await expect.element(screen.getByRole("row", { selected: true })).toBeInViewport();
  });

  it("shows a record as tokens, text, messages and as it is in the file", async () => {
    const { screen } = await openTable();
    const record = screen.getByRole("article", { name: /^Record/ });
    await expect.element(record.getByRole("listbox")).toBeVisible();
    await record.getByText("Messages").click();
    const text = record.getByRole("region", { name: "The record" });
    await expect.element(text).toHaveTextContent(/^user.*assistant/);
    await record.getByText("As in the file").click();
    await expect.element(text).toHaveTextContent(/^\{ "instruction": /);
    await record.getByText("Text", { exact: true }).click();
    await expect.element(text).toHaveTextContent("The capital of France is Paris.");
  });
});

describe("a record", () => {
  it("is edited, undone, put away and put back", async () => {
    const { screen, edits } = await openTable();
    const record = screen.getByRole("article", { name: "Record: line 1" });
    await record.getByRole("button", { name: "Edit" }).click();
    const form = screen.getByRole("form", { name: "Edit line 1" });
    await expect.element(form.getByLabelText("Prompt", { exact: true })).toHaveFocus();
    await expect.element(form.getByRole("button", { name: "Save" })).toBeDisabled();
    await form.getByLabelText("Answer").fill("");
    await expect.element(form.getByText("The answer is empty.")).toBeVisible();
    await expect.element(form.getByRole("button", { name: "Save" })).toBeDisabled();
    await form.getByLabelText("Answer").fill(" <b>Lyon</b> ");
    // What was written is not lost by a key.
    await userEvent.keyboard("{Escape}");
    await form.getByRole("button", { name: "Save" }).click();
    await expect.element(record).toHaveFocus();
    expect(edits()[0]?.[0]).toMatchObject({
      kind: "replace",
      id: 0,
      conversation: { line: 1, messages: [{}, { role: "assistant", content: "<b>Lyon</b>" }] },
    });
    await expect.element(screen.getByRole("row", { selected: true })).toHaveTextContent(/edited/);
    await screen.getByRole("button", { name: "Undo: Edit line 1" }).click();
    await expect.element(screen.getByRole("button", { name: /^Undo/ })).not.toBeInTheDocument();

    await record.getByRole("button", { name: "Exclude" }).click();
    await record.getByRole("button", { name: "Put back" }).click();
    await expect
      .element(screen.getByRole("button", { name: "Undo: Put line 1 back" }))
      .toBeVisible();
    await expect.element(record.getByText("held out", { exact: true })).toBeVisible();
  });

  it("is duplicated and written by hand, and is open then", async () => {
    const { screen, edits, count } = await openTable();
    await screen.getByRole("button", { name: "Duplicate", exact: true }).click();
    await expect.element(count).toHaveTextContent("1,001 records");
    const added = screen.getByRole("article", { name: "Record: the added record" });
    await expect.element(added.getByText(/added by hand/)).toBeVisible();

    await screen.getByRole("textbox", { name: "Search the records" }).fill("capital");
    await screen.getByRole("button", { name: "Add a record" }).click();
    const form = screen.getByRole("form", { name: "A new record" });
    await userEvent.keyboard("{Escape}");
    await expect.element(form).not.toBeInTheDocument();
    await screen.getByRole("button", { name: "Add a record" }).click();
    await form.getByLabelText("Prompt", { exact: true }).fill("Say x.");
    await form.getByLabelText("Answer").fill("x");
    await form.getByRole("button", { name: "Add it" }).click();
    // It does not fit what was looked for, which is therefore forgotten.
    await expect.element(count).toHaveTextContent("1,002 records");
    expect(edits().at(-1)).toEqual([
      {
        kind: "add",
        conversations: [
          {
            line: 0,
            isRaw: false,
            messages: [
              { role: "user", content: "Say x." },
              { role: "assistant", content: "x" },
            ],
          },
        ],
      } satisfies DataEdit,
      "Add a record",
    ]);
    await expect
      .element(screen.getByRole("spinbutton", { name: "Record number" }))
      .toHaveValue(1002);
  });

  it("cannot be changed while a run trains", async () => {
    const { screen, app } = await openTable();
    void app.startRun();
    await expect.element(screen.getByRole("button", { name: "Edit" })).toBeDisabled();
    await expect.element(screen.getByRole("button", { name: "Add a record" })).toBeDisabled();
    await expect.element(screen.getByText(/^A run is under way: until it has ended/)).toBeVisible();
  });

  it("what is being written outlives other records, other places and a run", async () => {
    const { screen, app, edits } = await openTable();
    const form = screen.getByRole("form", { name: "Edit line 1" });
    const places = screen.getByRole("navigation", { name: "Places" });
    await screen.getByRole("button", { name: "Edit" }).click();
    await form.getByLabelText("Answer").fill("Half of a new answer");

    await app.table.open(1);
    await expect.element(form).not.toBeInTheDocument();
    await screen.getByRole("button", { name: "Edit" }).click();
    await screen
      .getByRole("form", { name: "Edit line 2" })
      .getByLabelText("Answer")
      .fill("Another");
    await app.table.open(0);
    await expect.element(form.getByLabelText("Answer")).toHaveValue("Half of a new answer");

    await places.getByRole("link", { name: /^Train/ }).click();
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    await places.getByRole("link", { name: /^Data/ }).click();
    await expect.element(form.getByLabelText("Answer")).toHaveValue("Half of a new answer");
    await expect.element(form.getByText(/can be saved when that has ended/)).toBeVisible();
    await expect.element(form.getByRole("button", { name: "Save" })).toBeDisabled();
    await app.run.stop();
    await form.getByRole("button", { name: "Save" }).click();
    await expect.element(form).not.toBeInTheDocument();
    expect(edits().at(-1)?.[0]).toMatchObject({
      id: 0,
      conversation: { messages: [{}, { content: "Half of a new answer" }] },
    });
    await app.table.open(1);
    const other = screen.getByRole("form", { name: "Edit line 2" });
    await expect.element(other.getByLabelText("Answer")).toHaveValue("Another");
  });

  it("a draft for an added record does not become that of another one", async () => {
    const { screen, app } = await openTable();
    await screen.getByRole("button", { name: "Duplicate", exact: true }).click();
    await screen
      .getByRole("article", { name: "Record: the added record" })
      .getByRole("button", { name: "Edit" })
      .click();
    await screen.getByRole("form").getByLabelText("Answer").fill("Only for the first copy");
    await app.table.undo();
    await screen.getByRole("button", { name: "Duplicate", exact: true }).click();
    await expect
      .element(screen.getByRole("article", { name: "Record: the added record" }))
      .toBeVisible();
    await expect.element(screen.getByRole("form")).not.toBeInTheDocument();
  });
});

describe("what others send", () => {
  it("shows the records of a finding under its title, until all are wanted again", async () => {
    const { screen, app, count } = await openTable();
    await app.table.show([4, 7, 9], "Duplicates");
    await expect.element(screen.getByText("Only: Duplicates")).toBeVisible();
    await expect.element(count).toHaveTextContent("3 of 1,000");
    await expect.element(screen.getByRole("grid", { name: "Records" })).toHaveFocus();
    await screen.getByRole("button", { name: "All records again" }).click();
    await expect.element(count).toHaveTextContent("1,000 records");
  });

  it("is written into a file in each form, without what was excluded", async () => {
    const { screen, app, savedFiles } = await openTable();
    await app.table.setExcluded([0, 1], true, "two");
    await screen.getByRole("combobox", { name: "Save as JSONL" }).selectOptions("Messages");
    await screen.getByRole("button", { name: "Download the data" }).click();
    await expect
      .element(screen.getByRole("status").filter({ hasText: "in your downloads" }))
      .toHaveTextContent("998 records are in your downloads as first-answers-messages.jsonl");
    const text = (await savedFiles[0]?.blob.text()) ?? "";
    expect(text.trim().split("\n")).toHaveLength(998);
  });
});
