import { describe, expect, it, vi } from "vitest";
import { expectNoSeriousFault } from "@/ui/testing/a11y";
import { createFakeApp, renderApp } from "@/ui/testing/renderApp";

const countCalls = (trainer: { calls: { name: string }[] }, wanted: string): number =>
  trainer.calls.filter(({ name }) => name === wanted).length;

describe("the data doctor", () => {
  it("says what it found and why it matters, mends by one press, and takes that back", async () => {
    const { screen, app } = await renderApp({}, "#/data");
    const doctor = screen.getByRole("region", { name: "Data doctor" });
    const finding = doctor.getByRole("listitem", { name: "Exact duplicates" });
    await expect.element(finding).toHaveTextContent("995 records");
    await expect.element(finding).toHaveTextContent("A record that stands there twice");
    await finding.getByText("Which ones").click();
    await expect.element(finding.getByText("The same as line 1.").first()).toBeVisible();
    await expectNoSeriousFault();
    await finding.getByRole("button", { name: "Show in the table: Exact duplicates" }).click();
    await expect.poll(() => app.table.found.length).toBe(995);
    expect(app.table.title).toBe("Exact duplicates");
    await finding.getByRole("button", { name: "Leave out 995: Exact duplicates" }).click();
    await expect
      .element(doctor.getByRole("status"))
      .toHaveTextContent("Done: Leave out 995 (exact duplicates).");
    await expect.element(doctor.getByText("5 records looked at.")).toBeVisible();
    await expect.element(doctor.getByText("Few records")).toBeVisible();
    expect(finding.query()).toBeNull();
    await doctor.getByRole("button", { name: "Undo" }).click();
    await expect.element(finding).toHaveTextContent("995 records");
    await expect.element(doctor.getByText("1,000 records looked at.")).toBeVisible();
  });

  it("is quiet where nothing is found", async () => {
    const { screen, trainer, app } = await renderApp({}, "#/data");
    await expect.poll(() => app.doctor.status.kind).toBe("ready");
    const report = { recordCount: 1000, findings: [], notLooked: "" };
    vi.spyOn(trainer, "examineData").mockResolvedValue(report);
    await app.readData({ kind: "bundled", name: "story-writer" });
    await expect.element(screen.getByText("nothing found", { exact: true })).toBeVisible();
  });

  it("shows how far it is, and can be stopped and started again", async () => {
    const { screen, trainer, app } = await renderApp({}, "#/data");
    await expect.poll(() => app.doctor.status.kind).toBe("ready");
    const look = vi.spyOn(trainer, "examineData").mockReturnValue(new Promise(() => undefined));
    app.doctor.refresh();
    const doctor = screen.getByRole("region", { name: "Data doctor" });
    await expect.element(doctor.getByRole("progressbar")).toBeVisible();
    const how = { done: 400, total: 1000, unit: "items", rate: 2000 } as const;
    trainer.emit({ type: "progress", task: "examine", ...how });
    await expect.element(doctor.getByText(/400 of 1,000/)).toBeVisible();
    await expect.element(doctor.getByRole("button", { name: /Leave out 995/ })).toBeDisabled();
    await doctor.getByRole("button", { name: "Stop" }).click();
    expect(countCalls(trainer, "cancelExamine")).toBe(1);
    look.mockRestore();
    await doctor.getByRole("button", { name: "Look again" }).click();
    await expect.element(doctor.getByRole("button", { name: /Leave out 995/ })).toBeEnabled();
  });

  it("works only while somebody looks, and once for model and data", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    expect(countCalls(trainer, "examineData")).toBe(0);
    const leave = app.doctor.demand.watch();
    await expect.poll(() => app.doctor.report?.recordCount).toBe(1000);
    expect(countCalls(trainer, "examineData")).toBe(1);
    await app.editData({ kind: "exclude", ids: [0] }, "Leave it out");
    await expect.poll(() => app.doctor.report?.recordCount).toBe(999);
    expect(countCalls(trainer, "examineData")).toBe(2);
    leave();
    await app.editData(null);
    await expect.poll(() => app.data.encodingStatus.kind).toBe("ready");
    expect(countCalls(trainer, "examineData")).toBe(2);
  });

  it("sets what a remedy sets", async () => {
    const { app } = createFakeApp();
    await app.start();
    const finding = {
      check: "too-long",
      title: "Too long for the limit",
      why: "",
      severity: "mend",
      count: 1,
      ids: [1],
      first: [],
      advice: "",
      remedy: { of: "setting", label: "Raise the limit", changes: { maxSeqLen: 300 } },
    } as const;
    await app.doctor.mend({ ...finding, ids: [1], first: [] });
    expect(app.settings.config.maxSeqLen).toBe(300);
  });
});

describe("keeping the best", () => {
  it("shows what is gained beside a random choice, and leaves the others out", async () => {
    const { screen, trainer } = await renderApp({}, "#/data");
    const keep = screen.getByRole("region", { name: "Keep the best" });
    await keep.getByText("Keep the best").click();
    const count = keep.getByRole("spinbutton", { name: /Records to keep, of 1,000/ });
    await expect.element(count).toHaveValue(500);
    await count.fill("0");
    await expect.element(keep.getByRole("button", { name: "Compare" })).toBeDisabled();
    await count.fill("5");
    await keep.getByRole("button", { name: "Compare" }).click();
    await expect.element(keep.getByRole("columnheader", { name: "5 at random" })).toBeVisible();
    const begin = keep.getByRole("row", { name: /Ways in which prompts begin/ });
    await expect.element(begin.getByRole("cell").first()).toHaveTextContent("5");
    await expectNoSeriousFault();
    await keep.getByRole("button", { name: "Keep these 5, leave out 995 others" }).click();
    await expect
      .element(screen.getByRole("region", { name: "Data doctor" }).getByRole("status"))
      .toHaveTextContent("Done: Keep the 5 most different.");
    expect(trainer.calls.findLast(({ name }) => name === "editData")?.args[0]).toMatchObject({
      kind: "exclude",
    });
  });
});

describe("the profile", () => {
  it("shows counts, lengths with the limit, how prompts begin, categories, steps and time", async () => {
    const { screen } = await renderApp({}, "#/data");
    const profile = screen.getByRole("region", { name: "Profile" });
    await expect.element(profile.getByText(/5.ways to begin · 3.categories/)).toBeVisible();
    await profile.getByText("Profile").click();
    await expect.element(profile.getByText(/^about 1.min 8.s$/)).toBeVisible();
    await expect
      .element(profile.getByRole("img", { name: /^Whole record: median \d+, longest \d+.tokens$/ }))
      .toBeVisible();
    await expect
      .element(profile.getByText(/limit of 256;\s+every record is within it/))
      .toBeVisible();
    const openings = profile.getByRole("list", { name: "How prompts begin" });
    await expect.element(openings.getByText("capital")).toBeVisible();
    const categories = profile.getByRole("list", { name: "Categories" });
    await expect.element(categories.getByText("riddle")).toBeVisible();
    await expectNoSeriousFault();
  });

  it("takes the time from a run of this model once there is one", async () => {
    const { screen, app } = await renderApp({ skipTo: 1000 }, "#/data");
    const profile = screen.getByRole("region", { name: "Profile" });
    await profile.getByText("Profile").click();
    await expect.element(profile.getByText(/^about 1.min 8.s$/)).toBeVisible();
    await app.startRun();
    await expect.poll(() => app.run.status.kind).toBe("ended");
    // 4 passes of 43,379 tokens, 470 in each step of 118 to 128 ms.
    await expect.element(profile.getByText(/^about 4[4-8].s$/)).toBeVisible();
  });
});
