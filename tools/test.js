// npm test: installs what is missing, runs every check and ends with "N passed, N failed".
// `npm test -- unit e2e` runs only the named stages.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, ensureChromium, ensurePackages, nodeProblem } from "./install.js";
import { prepareEnvironment, run } from "./run.js";
import { countPlaywright, countVitest, judgeStep } from "./testReport.js";

const reports = mkdtempSync(join(tmpdir(), "tabtune-reports-"));

const check = (stage, title, command, minutes) => ({ stage, title, command, minutes });
const vitest = (stage, title, minutes, { browser = true } = {}) => {
  const file = join(reports, `${stage}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const command = ["vitest", "run", "--project", stage, ...reporters];
  return { stage, title, command, minutes, browser, report: { file, count: countVitest } };
};
const playwrightReport = join(reports, "e2e.json");

/** In the order they run. `minutes` is a limit for what hangs; they take far less. */
const STEPS = [
  check("lint", "prettier", ["prettier", "--check", "."], 3),
  check("lint", "eslint", ["eslint", ".", "--max-warnings", "0"], 5),
  check("check", "types of the engine", ["tsc", "-p", "tsconfig.engine.json"], 3),
  check("check", "types of the tools", ["tsc", "-p", "tsconfig.node.json"], 3),
  check(
    "check",
    "types of the page",
    ["svelte-check", "--tsconfig", "tsconfig.json", "--fail-on-warnings"],
    5,
  ),
  vitest("unit", "unit tests", 3, { browser: false }),
  vitest("ui", "component tests", 5),
  vitest("wasm", "engine on WASM", 8),
  vitest("webgpu", "engine on WebGPU", 12),
  check("build", "build", ["vite", "build"], 3),
  {
    stage: "e2e",
    title: "journeys on the built page",
    command: ["playwright", "test", "--reporter=list,json"],
    minutes: 14,
    browser: true,
    needsBuild: true,
    report: { file: playwrightReport, count: countPlaywright },
  },
];

/** Program file of an installed npm package's command, run with this very Node. */
function programOf(name) {
  const packageName = { tsc: "typescript" }[name] ?? name;
  const folder = join(ROOT, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[name]);
}

async function runStep({ command: [name, ...args], minutes, report }, env) {
  const { code, timedOut } = await run(process.execPath, [programOf(name), ...args], {
    cwd: ROOT,
    env,
    timeoutMs: minutes * 60_000,
  });
  return judgeStep({
    code,
    timedOut,
    counts: report ? readReport(report) : null,
    isOneCheck: !report,
  });
}

function readReport({ file, count }) {
  if (!existsSync(file)) return null;
  try {
    return count(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    console.error(`The report ${file} cannot be read: ${error.message}`);
    return null;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The steps of the named stages; e2e brings the build with it. */
function chooseSteps(names) {
  const known = [...new Set(STEPS.map((step) => step.stage))];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No stage is called ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  }
  const wanted = new Set(names.length > 0 ? names : known);
  if (wanted.has("e2e")) wanted.add("build");
  return STEPS.filter((step) => wanted.has(step.stage));
}

const duration = (ms) => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

async function runAll(names) {
  const steps = chooseSteps(names);
  prepareEnvironment();
  const problem = nodeProblem();
  if (problem) throw new Error(problem);
  if (!(await ensurePackages())) throw new Error("The packages could not be installed.");

  let chromium = null;
  if (steps.some((step) => step.browser)) {
    const { findChromium } = await import("./chromium.js");
    chromium = await ensureChromium({ find: findChromium });
    if (chromium) console.log(`Browser: ${chromium}`);
  }
  const env = {
    ...process.env,
    ...(chromium && { CHROMIUM_PATH: chromium }),
    TABTUNE_E2E_PORT: String(await freePort()),
    PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
  };

  const results = [];
  const failedStages = new Set();
  for (const step of steps) {
    console.log(`\n━━ ${step.title} (${step.stage}) ━━`);
    const start = performance.now();
    const missing =
      (step.browser && !chromium && "not run: there is no Chromium") ||
      (step.needsBuild && failedStages.has("build") && "not run: the build failed");
    const counts = missing ? { passed: 0, failed: 1, notes: [missing] } : await runStep(step, env);
    if (counts.failed > 0) failedStages.add(step.stage);
    results.push({ title: step.title, ms: performance.now() - start, ...counts });
  }
  return results;
}

function printSummary(results, totalMs) {
  console.log("\n━━ summary ━━");
  const width = Math.max(...results.map((result) => result.title.length));
  for (const { title, ms, passed, failed, notes } of results) {
    const mark = failed > 0 ? "✗" : "✓";
    console.log(
      `${mark} ${title.padEnd(width)}  ${passed} passed, ${failed} failed, ${duration(ms)}`,
    );
    for (const note of notes) console.log(`    ${note}`);
  }
  console.log(`Took ${duration(totalMs)}.`);
}

const start = performance.now();
let passed = 0;
let failed = 0;
try {
  const results = await runAll(process.argv.slice(2));
  printSummary(results, performance.now() - start);
  for (const result of results) {
    passed += result.passed;
    failed += result.failed;
  }
} catch (error) {
  console.error(error.message);
  failed += 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
