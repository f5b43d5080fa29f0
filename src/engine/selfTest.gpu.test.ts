import { beforeAll, expect, it } from "vitest";
import { EXPECTED, tuneTinyModel } from "./selfTest";
import { startTestBackend } from "./testing/backend";
import { expectClose } from "./testing/expectClose";

beforeAll(startTestBackend);

it("tunes the tiny model as expected", async () => {
  const found = await tuneTinyModel();
  for (const [i, value] of EXPECTED.entries())
    expectClose([found[i]!], [value], 1e-5, `number ${i}`);
  expect(found.length).toBe(EXPECTED.length);
});
