import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { SAVED_RUN } from "@/ui/testing/fakeTrainer";
import { renderApp } from "@/ui/testing/renderApp";

describe("Train", () => {
  it("shows numbers and both answers while it learns, and offers to compare at the end", async () => {
    const { screen } = await renderApp({ stepMs: 1 });
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    await expect.element(screen.getByRole("button", { name: "Pause" })).toBeVisible();
    await expect.element(screen.getByTestId("answer-base-0")).toHaveTextContent(/a city in/);
    await expect.element(screen.getByTestId("loss-now")).toHaveTextContent(/^\d\.\d{3}$/);
    await expect
      .element(screen.getByRole("heading", { name: "Done" }), { timeout: 15_000 })
      .toBeVisible();
    await expect
      .element(screen.getByTestId("answer-tuned-0"))
      .toHaveTextContent("The capital of France is Paris.");
    await expect.element(screen.getByTestId("step-now")).toHaveTextContent(/^(\d+) \/ \1$/);
    await expect.element(screen.getByRole("button", { name: "Continue for" })).toBeEnabled();
  });

  it("pauses and resumes", async () => {
    const { screen } = await renderApp({ stepMs: 20 });
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    await screen.getByRole("button", { name: "Pause" }).click();
    await expect.element(screen.getByRole("heading", { name: "Paused" })).toBeVisible();
    await screen.getByRole("button", { name: "Resume" }).click();
    await expect.element(screen.getByRole("button", { name: "Pause" })).toBeEnabled();
  });

  it("says what to do when the loss is no longer a number", async () => {
    const { screen } = await renderApp({ stepMs: 1, failStep: 5 });
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    const alert = screen.getByRole("alert");
    await expect.element(alert).toHaveTextContent("The loss is no longer a number");
    await expect.element(alert).toHaveTextContent("The loss of step 5 is NaN.");
    await alert.getByRole("button", { name: "Open the settings" }).click();
    await expect.element(screen.getByRole("dialog", { name: "Settings" })).toBeVisible();
  });

  it("marks a changed setting, says what is wrong with another, and resets both", async () => {
    const { screen, app } = await renderApp();
    await screen.getByRole("button", { name: "Settings", exact: true }).click();
    const sheet = screen.getByRole("dialog", { name: "Settings" });
    await sheet.getByLabelText("Alpha").fill("8");
    await expect.element(sheet.getByRole("button", { name: "Reset Alpha" })).toBeVisible();
    await sheet.getByLabelText("Epochs").fill("0");
    await expect
      .element(sheet.getByRole("alert"))
      .toHaveTextContent("Epochs must be from 1 to 1000, not 0.");
    expect(app.blocker).toBe("A setting cannot be used.");
    await sheet.getByRole("button", { name: "Reset all 2" }).click();
    await expect.element(sheet.getByLabelText("Alpha")).toHaveValue(32);
    await sheet.getByRole("button", { name: "Done" }).click();
    await expect.element(screen.getByRole("button", { name: "Tune", exact: true })).toBeEnabled();
  });

  it("adds, edits and removes a pinned prompt", async () => {
    const { screen, trainer } = await renderApp();
    await expect.element(screen.getByRole("article")).toHaveLength(4);
    await screen.getByRole("button", { name: "Add a prompt" }).click();
    await screen.getByRole("textbox", { name: "Prompt", exact: true }).fill("Say hello.");
    await screen.getByRole("button", { name: "Keep" }).click();
    await expect.element(screen.getByRole("heading", { name: "Say hello." })).toBeVisible();
    await screen.getByRole("button", { name: "Edit prompt 5" }).click();
    await screen.getByRole("textbox", { name: "Prompt", exact: true }).fill("Say goodbye.");
    await screen.getByRole("button", { name: "Keep" }).click();
    await expect.element(screen.getByRole("heading", { name: "Say goodbye." })).toBeVisible();
    await screen.getByRole("button", { name: "Remove prompt 1" }).click();
    await expect.element(screen.getByRole("article")).toHaveLength(4);
    const sent = trainer.calls.filter(({ name }) => name === "setPinnedPrompts").at(-1);
    expect(sent?.args[0]).toHaveLength(4);
  });

  it("says why a prompt is pinned, before, during and after a run", async () => {
    const { screen } = await renderApp({ skipTo: 300 });
    const first = screen.getByRole("article", { name: "Pinned prompt 1" });
    await expect.element(first).toHaveTextContent("Never asked in training");
    await expect.element(first).toHaveTextContent("Wanted: The capital of France is Paris.");
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    await expect.element(screen.getByRole("heading", { name: "Done" })).toBeVisible();
    await expect.element(first).toHaveTextContent("Never asked in training");
    await expect
      .element(screen.getByRole("article", { name: "Pinned prompt 4" }))
      .toHaveTextContent("Something it cannot do");
  });

  it("answers an own prompt while the run goes on", async () => {
    const { screen } = await renderApp({ stepMs: 20 });
    await screen.getByRole("button", { name: "Tune", exact: true }).click();
    await screen.getByRole("textbox", { name: "Your prompt" }).fill("Are you there?");
    await screen.getByRole("button", { name: "Ask", exact: true }).click();
    await expect.element(screen.getByTestId("ask-base")).toHaveTextContent(/\w/);
    await expect.element(screen.getByTestId("ask-tuned")).toHaveTextContent(/\w/);
  });

  it("offers to resume the last run", async () => {
    const { screen } = await renderApp({ savedRuns: [SAVED_RUN] });
    await expect.element(screen.getByText(/You were at step 120 of 300/)).toBeVisible();
    await screen.getByRole("button", { name: "Resume", exact: true }).click();
    await expect.element(screen.getByRole("heading", { name: "Paused" })).toBeVisible();
    await expect.element(screen.getByTestId("step-now")).toHaveTextContent("120 / 300");
  });

  it("says what to use when nothing can compute", async () => {
    const { screen } = await renderApp({
      fail: { startBackend: new AppError("backend/unavailable", "No WebGPU and no WebAssembly.") },
    });
    await expect
      .element(screen.getByRole("alert"))
      .toHaveTextContent("This browser cannot compute here");
    await expect.element(screen.getByRole("button", { name: "Tune", exact: true })).toBeDisabled();
  });
});
