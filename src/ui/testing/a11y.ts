import axe from "axe-core";
import { expect } from "vitest";

/** Fails where a screen reader or a keyboard would meet a serious fault on the page as it is now. */
export async function expectNoSeriousFault(): Promise<void> {
  const { violations } = await axe.run(document);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
