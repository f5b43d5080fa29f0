// npm run demo-metrics: builds the page, visits it as a person does, and measures what tuning with all
// defaults makes of the bundled model. Writes docs/demo-metrics.json and docs/demo-metrics.md.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser, serveBuiltPage } from "./builtPage.js";
import { condense, toMarkdown } from "./demoMetrics/report.js";
import { Visitor } from "./demoMetrics/visitor.js";
import { ROOT } from "./install.js";
import { prepareEnvironment } from "./run.js";

const FIRST_SEED = 42;
const VISITS = 3;
const USAGE = `npm run demo-metrics -- [--seeds 3] [--records all] [--steps N] [--no-stories] [--out docs]
  --seeds     runs, with seeds from ${FIRST_SEED} on
  --records   questions of each set: up to 20, up to 50, or all
  --steps     steps of each run; without it the default`;

/** None of them stands in the set. */
const STORY_PROMPTS = [
  "Write a story about a duck and a lamp.",
  "Tell me a story about a girl named Zoe and a bear.",
  "Write a story in three sentences about a snail.",
  "Write a story about a boy who found a map.",
  "Tell me a story about a frog who could not sing.",
  "Write a story about an old man and his horse.",
  "Can you tell me a story about a lost ring?",
  "Write a story about two brothers and a boat.",
  "Please write a story about a cat in the rain.",
  "Write a story about the internet.",
];

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string" },
        records: { type: "string" },
        steps: { type: "string" },
        out: { type: "string", default: "docs" },
        "no-stories": { type: "boolean" },
      },
    });
    const { out, ...trial } = values;
    for (const name of ["seeds", "steps"]) {
      const value = trial[name];
      if (value !== undefined && !/^[1-9]\d*$/.test(value)) throw new Error(`--${name} ${value}`);
    }
    if (trial.records !== undefined && !/^(all|[1-9]\d*)$/.test(trial.records)) {
      throw new Error(`--records ${trial.records}`);
    }
    return { out, trial };
  } catch (error) {
    console.error(`Cannot use these options: ${error.message}.\n${USAGE}`);
    process.exit(1);
  }
}

/** The page offers three sizes: the smallest that holds as many as were asked for. */
function toChoice(records = "all") {
  if (records === "all" || Number(records) > 50) return "All";
  return Number(records) > 20 ? "50" : "20";
}

async function visitFirst(browser, origin) {
  const visits = [];
  for (let i = 0; ; i++) {
    const { visitor, times } = await Visitor.open(browser, origin);
    visits.push(times);
    console.log(`Visit ${i + 1}:`, times);
    if (visits.length === VISITS) return { visitor, visits };
    await visitor.close();
  }
}

async function measureSeeds(visitor, { seeds = "3", records, steps }) {
  const results = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + Number(seeds); seed++) {
    await visitor.set({ Seed: seed, ...(steps && { Steps: steps }) });
    const run = await visitor.tune();
    console.log(`Seed ${seed}:`, run);
    const { ms, sets } = await visitor.measure(toChoice(records));
    results.push({ seed, run, measureMs: ms, sets: condense(sets) });
    for (const { name, totals, perplexity } of results.at(-1).sets) {
      console.log(name, JSON.stringify(totals.base ? totals : perplexity));
    }
  }
  return results;
}

async function tellStories(visitor) {
  const title = "Story writer";
  await visitor.useData(title);
  await visitor.set({ Seed: FIRST_SEED });
  const run = await visitor.tune();
  const samples = [];
  for (const prompt of STORY_PROMPTS) samples.push(await visitor.ask(prompt));
  return { title, run, samples };
}

/** Formatted as every file of the project is. */
async function write(ending, content) {
  const { format } = await import("prettier");
  const path = resolve(ROOT, out, `demo-metrics.${ending}`);
  const parser = ending === "md" ? "markdown" : "json";
  await writeFile(path, await format(content, { parser, printWidth: 100 }));
  console.log(`Written: ${path}`);
}

const { out, trial } = readOptions();
prepareEnvironment();
const load = loadavg()[0].toFixed(1);
const { origin, server } = await serveBuiltPage();
const browser = await launchBrowser();
try {
  const { visitor, visits } = await visitFirst(browser, origin);
  const seeds = await measureSeeds(visitor, trial);
  const stories = trial["no-stories"] ? null : await tellStories(visitor);
  const { model: cpu } = cpus()[0];
  const about = {
    date: new Date().toISOString().slice(0, 10),
    browser: `Chromium ${browser.version()}`,
    cpu: cpu.trim(),
    cores: cpus().length,
    load,
    options: trial,
  };
  const result = { about, visits, seeds, stories };
  const report = toMarkdown(result);
  console.log(report);
  await write("json", JSON.stringify(result));
  await write("md", report);
} finally {
  await browser.close();
  await server.close();
}
