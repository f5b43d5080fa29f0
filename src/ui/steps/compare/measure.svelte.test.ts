import axe from "axe-core";
import { expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { renderApp } from "@/ui/testing/renderApp";

const openCompare = (options = {}) => renderApp(options, "#/compare");

it("counts the right answers of both sides, set by set, and saves them", async () => {
  const { screen, trainer, savedFiles } = await openCompare();
  await screen.getByRole("combobox", { name: "Questions" }).selectOptions("unseen-facts");
  await screen.getByText("20", { exact: true }).click();
  await screen.getByRole("button", { name: "Measure" }).click();
  const table = screen.getByTestId("measured-unseen-facts");
  await expect.element(table).toHaveTextContent(/Right.*0\.0 %0 of 2075\.0 %15 of 20/);
  await expect.element(table).toHaveTextContent(/Ends itself.*0\.0 %0 of 20100\.0 %20 of 20/);
  expect(trainer.calls.filter(({ name }) => name === "measure").map(({ args }) => args[1])).toEqual(
    [{ dataset: "unseen-facts", template: "alpaca", count: 20, seed: 1 }],
  );

  await screen.getByText("Unseen facts: all answers").click();
  await screen.getByText("Wrong", { exact: true }).click();
  await expect.element(screen.getByText("5 of 20", { exact: true })).toBeVisible();
  const { violations } = await axe.run(document);
  expect(violations.filter(({ impact }) => impact === "serious")).toEqual([]);

  await screen.getByRole("button", { name: "Save as JSON" }).click();
  expect(JSON.parse(await savedFiles[0]!.blob.text())).toMatchObject({
    model: "tabtune-base",
    sets: [
      {
        name: "unseen-facts",
        template: "alpaca",
        totals: { base: { right: 0, count: 20 }, tuned: { right: 15, count: 20 } },
      },
    ],
  });
});

it("keeps the records of each set to itself, however late an end is told", async () => {
  const { screen } = await openCompare();
  await screen.getByText("20", { exact: true }).click();
  await screen.getByRole("button", { name: "Measure" }).click();
  await expect.element(screen.getByRole("button", { name: "Measure" })).toBeVisible();
  for (const name of ["unseen-facts", "unseen-kinds"]) {
    const table = screen.getByTestId(`measured-${name}`);
    await expect.element(table).toHaveTextContent(/20 questions\. /);
    await expect.element(table).toHaveTextContent(/15 of 20/);
  }
});

it("is refused while a run trains, and ends when a run begins", async () => {
  const { screen, app } = await openCompare({ tokenMs: 40, stepMs: 40 });
  await screen.getByRole("button", { name: "Measure" }).click();
  await expect.element(screen.getByTestId("measured-unseen-facts")).toBeVisible();
  await app.startRun();
  const button = screen.getByRole("button", { name: "Measure" });
  await expect.element(button).toBeDisabled();
  await expect.element(screen.getByText(/A run is training: pause it/)).toBeVisible();
  expect(screen.getByTestId("measured-unseen-facts").query()).toBeNull();
  await expect.poll(() => app.measure.error).toBeNull();
  await app.run.pause();
  await expect.element(button).toBeEnabled();
});

it("measures every set in turn and can be stopped", async () => {
  const { screen } = await openCompare({ tokenMs: 40 });
  await screen.getByRole("button", { name: "Measure" }).click();
  await screen.getByRole("button", { name: "Stop measuring" }).click();
  await expect.element(screen.getByRole("button", { name: "Measure" })).toBeVisible();
  await expect.element(screen.getByText(/questions, stopped/)).toBeVisible();
  expect(screen.getByTestId("measured-unseen-kinds").query()).toBeNull();
});

it("says what went wrong", async () => {
  const { screen } = await openCompare({
    fail: { measure: new AppError("hub/failed", "unseen-facts.jsonl could not be read.") },
  });
  await screen.getByRole("button", { name: "Measure" }).click();
  await expect.element(screen.getByRole("alert")).toHaveTextContent("could not be read");
  await expect.element(screen.getByRole("button", { name: "Measure" })).toBeEnabled();
});
