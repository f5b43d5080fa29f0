import { expect, it } from "vitest";
import { SleepWatch } from "./sleepWatch.svelte";

it("tells a sleeping tab from a slow timer", () => {
  const watch = new SleepWatch();
  watch.tick(1_000_000);
  watch.tick(1_060_000);
  expect(watch.sleptMs).toBe(0);
  watch.tick(1_960_000);
  expect(watch.sleptMs).toBe(900_000);
  watch.dismiss();
  expect(watch.sleptMs).toBe(0);
});

it("counts no time while nothing trains", () => {
  const watch = new SleepWatch();
  watch.tick(0);
  watch.rest();
  watch.tick(10_000_000);
  expect(watch.sleptMs).toBe(0);
});
