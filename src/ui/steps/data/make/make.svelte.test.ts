import axe from "axe-core";
import { expect, it } from "vitest";
import { renderApp } from "@/ui/testing/renderApp";

async function openMake() {
  const made = await renderApp({}, "#/data");
  await made.screen.getByRole("tab", { name: "Make some" }).click();
  await expect.element(made.screen.getByRole("button", { name: /^Use 1,000/ })).toBeVisible();
  return made;
}

it("chooses kinds one by one or by group, and shows what is held back and what comes out", async () => {
  const { screen, trainer } = await openMake();
  await screen.getByText(/^Kinds of tasks \d/).click();
  const json = screen.getByRole("checkbox", { name: "JSON", exact: true });
  await screen.getByRole("checkbox", { name: "Name the keys" }).click();
  await expect.element(json).toBePartiallyChecked();
  await json.click();
  await expect.element(json).toBeChecked();
  await json.click();
  await expect.element(screen.getByRole("checkbox", { name: "Name the keys" })).not.toBeChecked();
  await expect.element(screen.getByText(/^Held back: /)).toBeVisible();
  await expect
    .poll(() =>
      screen.getByRole("region", { name: "Such as these" }).element().querySelectorAll("li"),
    )
    .toHaveLength(5);
  const { violations } = await axe.run(document);
  expect(violations.filter(({ impact }) => impact === "serious")).toEqual([]);

  await screen.getByText("Hard", { exact: true }).click();
  await screen.getByRole("spinbutton", { name: "Kinds held back" }).fill("0");
  await expect.element(screen.getByText(/^Held back: /)).not.toBeInTheDocument();
  await screen.getByRole("button", { name: /^Use 1,000/ }).click();
  const source = trainer.calls.findLast(({ name }) => name === "readData")?.args[0];
  expect(source).toMatchObject({ kind: "made", options: { level: "hard", heldBack: 0, seed: 1 } });
  expect(JSON.stringify(source)).not.toContain("json");
});

it("uses nothing that cannot be made", async () => {
  const { screen } = await openMake();
  await screen.getByRole("spinbutton", { name: "Examples" }).fill("20001");
  await expect.element(screen.getByRole("button", { name: "Use them" })).toBeDisabled();
  await screen.getByRole("spinbutton", { name: "Examples" }).fill("20000");
  await expect.element(screen.getByRole("button", { name: /^Use 20,000/ })).toBeEnabled();
});

it("finds examples in a document, shows where they stand, and uses those that are chosen", async () => {
  const { screen, trainer } = await openMake();
  await screen.getByText("From documents", { exact: true }).click();
  const text =
    "# Locks\nA lock is a chamber that lifts boats from one level to another.\n## Who built it?\nFishers.";
  const input = screen.getByLabelText("Choose a document");
  await input.upload(new File([text], "locks.md"));
  await expect.element(screen.getByRole("heading", { name: "Found in locks.md" })).toBeVisible();
  await screen.getByRole("checkbox", { name: /^Headings/ }).click();
  await screen.getByRole("button", { name: "Use 2 examples" }).click();
  const source = trainer.calls.findLast(({ name }) => name === "readData")?.args[0];
  const records = (source as { text: string }).text
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(records).toMatchObject([
    {
      instruction: "Who built it?",
      output: "Fishers.",
      made: { passage: "Who built it?\nFishers." },
    },
    { output: "A lock is a chamber that lifts boats from one level to another." },
  ]);

  await input.upload(new File(["Nothing."], "empty.txt"));
  await expect.element(screen.getByRole("alert")).toHaveTextContent("empty.txt gave no example");
});
