import axe from "axe-core";
import { expect, it } from "vitest";
import { renderApp } from "@/ui/testing/renderApp";

it("adds what is opened next, and mixes by weight, limit, category and seed", async () => {
  const { screen, trainer } = await renderApp({}, "#/data");
  const latest = () => trainer.calls.findLast(({ name }) => name === "setMix")?.args[0];
  await screen.getByRole("button", { name: "Add another data set" }).click();
  await expect.element(screen.getByText(/What you choose next is put beside/)).toBeVisible();
  await screen.getByRole("button", { name: "Cancel" }).click();
  await screen.getByRole("button", { name: "Add another data set" }).click();
  await screen.getByRole("tab", { name: "Paste" }).click();
  await screen.getByRole("textbox", { name: "Your text" }).fill("question,answer\na,b");
  await screen.getByRole("button", { name: "Use this text" }).click();
  await expect
    .element(screen.getByRole("heading", { name: "First answers + pasted text" }))
    .toBeVisible();
  expect(screen.getByText(/What you choose next/).query()).toBeNull();
  expect(trainer.calls.filter(({ name }) => name === "readData")).toHaveLength(1);

  const part = screen.getByRole("group", { name: "pasted text" });
  await expect.element(part.getByText("250 of 250, 20 % of the mix")).toBeVisible();
  await part.getByRole("spinbutton", { name: "Weight" }).fill("2");
  await part.getByRole("spinbutton", { name: "At most" }).click();
  await expect.element(part.getByText("500 of 250, 33 % of the mix")).toBeVisible();
  await part.getByRole("spinbutton", { name: "At most" }).fill("100");
  await part.getByRole("textbox", { name: "Category" }).fill("letters");
  await screen.getByRole("spinbutton", { name: "Seed" }).fill("5");
  await part.getByRole("spinbutton", { name: "Weight" }).click();
  await expect.element(part.getByText("100 of 250, 9 % of the mix")).toBeVisible();
  expect(latest()).toEqual({
    seed: 5,
    parts: [
      { id: 0, weight: 1, cap: null, category: "First answers" },
      { id: 1, weight: 2, cap: 100, category: "letters" },
    ],
  });
  const { violations } = await axe.run(document);
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual(
    [],
  );

  // A weight that cannot be meant changes nothing.
  const weight = part.getByRole("spinbutton", { name: "Weight" });
  await weight.fill("-1");
  await part.getByRole("spinbutton", { name: "At most" }).click();
  await expect.element(weight).toHaveValue(2);

  await screen.getByText("How it is read").click();
  await screen.getByRole("combobox", { name: "Data set" }).selectOptions("pasted text");
  await screen.getByRole("combobox", { name: "Answer" }).selectOptions("topic");
  expect(trainer.calls.findLast(({ name }) => name === "setPartMapping")?.args[0]).toBe(1);

  await screen.getByRole("button", { name: "Take out First answers" }).click();
  await expect
    .element(screen.getByRole("heading", { name: "pasted text", level: 2 }))
    .toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Add another data set" })).toBeVisible();
});
