import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { renderApp } from "@/ui/testing/renderApp";

it("says why this backend runs, to a press too", async () => {
  const { screen } = await renderApp();
  const reason = screen.getByText("This device has a GPU that the browser lends.");
  expect(reason.query()).toBeNull();
  await screen.getByRole("button", { name: "Backend: GPU" }).click();
  await expect.element(reason.first()).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => reason.query()).toBeNull();
});
