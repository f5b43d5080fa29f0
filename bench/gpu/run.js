// npm run bench:gpu: trains Pythia 70M's shape on this machine's GPU, in Node on Dawn and in PyTorch, and prints one table.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../../tools/install.js";
import { installPeers } from "../peers.js";
import { SHAPES } from "../shapes.js";

const USAGE = `npm run bench:gpu -- [--tiny] [--docs] [--python python3] [--dawn-flags FLAG,…]
  --tiny        a small model and few steps: to see whether everything runs, on a software adapter too
  --docs        writes the table into docs/benchmarks.md
  --python      a Python that has PyTorch; without PyTorch its column stays empty
  --dawn-flags  for Dawn, such as backend=vulkan or enable-dawn-features=vulkan_enable_f16_on_nvidia`;

const FULL = {
  shape: SHAPES.P,
  methods: ["full", "lora"],
  tokens: [128, 512, 2048, 4096],
  warmUps: 5,
  steps: 20,
  gflopPerTiming: 500,
  decodeTokens: 200,
  distilGpt2: { layers: 6, hidden: 768, heads: 12, vocab: 50257, batch: 1, length: 128 },
};
const TINY = {
  shape: { ...SHAPES.S, layers: 2, hidden: 64, heads: 2, length: 32, isTied: false },
  methods: ["full", "lora"],
  tokens: [32, 64],
  warmUps: 1,
  steps: 2,
  gflopPerTiming: 0.05,
  decodeTokens: 8,
  distilGpt2: { layers: 2, hidden: 64, heads: 2, vocab: 512, batch: 1, length: 32 },
};

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        tiny: { type: "boolean", default: false },
        docs: { type: "boolean", default: false },
        python: { type: "string", default: "python3" },
        "dawn-flags": { type: "string", default: "" },
      },
    });
    if (values.tiny && values.docs)
      throw new Error("--tiny is a trial: it is not written into docs");
    return values;
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(1);
  }
}

/** Runs a program, and gives the last line that it printed as JSON. Throws when it fails. */
function ask(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code !== 0) reject(new Error(`${command} ended with ${signal ?? `exit code ${code}`}`));
      else resolve(JSON.parse(printed.trim().split("\n").at(-1)));
    });
  });
}

const options = readOptions();
await installPeers();
const { build } = await import("vite");
await build({ configFile: fileURLToPath(new URL("vite.config.ts", import.meta.url)) });

const job = {
  ...(options.tiny ? TINY : FULL),
  dawnFlags: options["dawn-flags"].split(",").filter(Boolean),
};
const dawn = createRequire(join(ROOT, "bench/package.json")).resolve("webgpu");
const program = join(ROOT, ".cache/bench-gpu/main.cjs");
const ours = await ask(process.execPath, [program, JSON.stringify(job), dawn]);
const twin = await ask(options.python, [
  join(ROOT, "bench/gpu/twin.py"),
  JSON.stringify(job),
]).catch((error) => (console.error(`PyTorch did not run: ${error.message}`), null));

const { toTables, writeDocs } = await import("../report.js");
const about = { date: new Date().toISOString().slice(0, 10), adapter: ours.adapter };
const results = { gpu: { about, job, ours, twin } };
console.log(`\n${toTables(results).gpu}`);
if (options.docs) await writeDocs(results);
