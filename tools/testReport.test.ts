import { expect, test } from "vitest";
import { countPlaywright, countVitest, judgeStep } from "./testReport.js";

const vitestFile = (status: string, tests: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((testStatus, i) => ({ status: testStatus, fullName: `test ${i}` })),
});
const counts = (passed: number, failed: number) => ({ passed, failed, notes: [] });

test("Vitest: passed and failed tests are counted one by one", () => {
  const report = { testResults: [vitestFile("failed", ["passed", "failed", "passed"])] };
  expect(countVitest(report)).toEqual({ passed: 2, failed: 1, notes: ["failed: test 1"] });
});

test("Vitest: skipped and todo tests count as failed and are named", () => {
  const report = { testResults: [vitestFile("passed", ["passed", "skipped", "todo"])] };
  expect(countVitest(report)).toEqual({
    passed: 1,
    failed: 2,
    notes: ["skipped, counted as failed: test 1", "todo, counted as failed: test 2"],
  });
});

test("Vitest: a file that cannot be imported counts as one failure", () => {
  const report = { testResults: [vitestFile("failed", []), vitestFile("passed", ["passed"])] };
  expect(countVitest(report)).toMatchObject({ passed: 1, failed: 1 });
});

test("Playwright: nested suites, skipped tests and errors outside tests are counted", () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
  const report = {
    suites: [
      {
        title: "a.spec.ts",
        specs: [spec("opens", "expected"), spec("breaks", "unexpected")],
        suites: [{ title: "later", specs: [spec("waits", "skipped"), spec("wavers", "flaky")] }],
      },
    ],
    errors: [{ message: "no server" }],
  };
  expect(countPlaywright(report)).toEqual({
    passed: 1,
    failed: 4,
    notes: [
      "failed: a.spec.ts › breaks",
      "skipped, counted as failed: a.spec.ts › later › waits",
      "flaky, counted as failed: a.spec.ts › later › wavers",
      "failed outside its tests: no server",
    ],
  });
});

test("a check without a report is one test, by its exit code", () => {
  const check = { timedOut: false, counts: null, isOneCheck: true };
  expect(judgeStep({ ...check, code: 0 })).toMatchObject({ passed: 1, failed: 0 });
  expect(judgeStep({ ...check, code: 2 })).toMatchObject({ passed: 0, failed: 1 });
});

test("a runner that crashes, runs nothing, times out or ends badly counts as a failure", () => {
  const runner = { code: 0, timedOut: false, counts: counts(3, 0), isOneCheck: false };
  expect(judgeStep(runner)).toMatchObject({ passed: 3, failed: 0 });
  expect(judgeStep({ ...runner, code: 1 })).toMatchObject({ passed: 3, failed: 1 });
  expect(judgeStep({ ...runner, timedOut: true })).toMatchObject({ passed: 3, failed: 1 });
  expect(judgeStep({ ...runner, counts: null })).toMatchObject({ passed: 0, failed: 1 });
  expect(judgeStep({ ...runner, counts: counts(0, 0) })).toMatchObject({ passed: 0, failed: 1 });
});

test("a failure that is counted already is not counted again by the exit code", () => {
  const runner = { code: 1, timedOut: false, counts: counts(3, 2), isOneCheck: false };
  expect(judgeStep(runner)).toMatchObject({ passed: 3, failed: 2 });
});
