// Turns the reports of Vitest and Playwright into plain counts. Nothing skips silently: a test that
// was skipped, or left as a todo, counts as failed and is named.

/** Counts of a Vitest JSON report. */
export function countVitest(report) {
  const counts = { passed: 0, failed: 0, notes: [] };
  for (const file of report.testResults) {
    for (const test of file.assertionResults) count(counts, test.status, test.fullName);
    // A file that could not be imported, or whose hooks failed, has no failed test of its own.
    if (file.status === "failed" && !file.assertionResults.some((t) => t.status === "failed")) {
      counts.failed += 1;
      counts.notes.push(`failed outside its tests: ${file.name}`);
    }
  }
  return counts;
}

/** Counts of a Playwright JSON report. */
export function countPlaywright(report) {
  const counts = { passed: 0, failed: 0, notes: [] };
  const visit = (suite, path) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const status = { expected: "passed", unexpected: "failed" }[test.status] ?? test.status;
        count(counts, status, [...path, spec.title].join(" › "));
      }
    }
    for (const child of suite.suites ?? []) visit(child, [...path, child.title]);
  };
  for (const suite of report.suites) visit(suite, [suite.title]);
  for (const error of report.errors) {
    counts.failed += 1;
    counts.notes.push(`failed outside its tests: ${error.message ?? "no message"}`);
  }
  return counts;
}

function count(counts, status, name) {
  if (status === "passed") {
    counts.passed += 1;
    return;
  }
  counts.failed += 1;
  counts.notes.push(
    status === "failed" ? `failed: ${name}` : `${status}, counted as failed: ${name}`,
  );
}

/**
 * Counts of one step. `counts` is null where there is no report: for a command that is one check
 * by itself (`isOneCheck`), or for a test runner that crashed before it wrote one.
 */
export function judgeStep({ code, timedOut, counts, isOneCheck }) {
  const result = counts ?? { passed: 0, failed: 0, notes: [] };
  const fail = (note) => ({ ...result, failed: result.failed + 1, notes: [...result.notes, note] });
  if (timedOut) return fail("ended: it ran past its time limit");
  if (isOneCheck) {
    return code === 0 ? { ...result, passed: 1 } : fail(`failed with exit code ${code}`);
  }
  if (!counts) return fail(`crashed without a report (exit code ${code})`);
  if (result.passed + result.failed === 0) return fail("ran no test");
  if (code !== 0 && result.failed === 0) {
    return fail(`all tests passed, and yet it ended with exit code ${code}`);
  }
  return result;
}
