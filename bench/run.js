// npm run bench: times TabTune beside its peers, and what else docs/benchmarks.md tells.
import { cpus, loadavg } from "node:os";
import { prepareEnvironment } from "../tools/run.js";
import { installPeers } from "./peers.js";
import { BACKENDS, CONTESTANTS, contestsFor, DOCS, METHODS, SHAPES } from "./shapes.js";

const PARTS = ["steps", "visit", "scaling", "decode"];
const ENGINES = CONTESTANTS.map(({ id }) => id);
const USAGE = `npm run bench -- [--docs] [WORD …]
  parts     ${PARTS.join(" ")} (none: all; with other words: steps)
  steps of  shapes ${Object.keys(SHAPES).join(" ")} · backends ${BACKENDS.join(" ")} · methods ${METHODS.join(" ")}
            engines ${ENGINES.join(" ")}
  --docs    rewrites what docs/benchmarks.md holds of this`;

function readWords() {
  const words = process.argv.slice(2).filter((word) => word !== "--docs");
  const of = (known) => known.filter((name) => words.includes(name));
  const known = [...PARTS, ...Object.keys(SHAPES), ...BACKENDS, ...METHODS, ...ENGINES];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    console.error(`There is no ${unknown} to measure.\n${USAGE}`);
    process.exit(1);
  }
  const parts = of(PARTS);
  const isNarrowed = words.length > parts.length;
  return {
    isNarrowed,
    isForDocs: process.argv.includes("--docs"),
    parts: parts.length > 0 ? parts : isNarrowed ? ["steps"] : PARTS,
    shapes: of(Object.keys(SHAPES)),
    backends: of(BACKENDS),
    methods: of(METHODS),
    engines: of(ENGINES),
  };
}

const wanted = readWords();
prepareEnvironment();
await installPeers();
// Imported late: they need what may just have been installed.
const { openHost } = await import("./host.js");
const { contest, enginesFor } = await import("./contest.js");
const { scaling } = await import("./scaling.js");
const { firstVisit } = await import("./visit.js");
const { toTables, writeDocs } = await import("./report.js");

const about = {
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
  load: Number(loadavg()[0].toFixed(1)),
};
const started = Date.now();
const host = await openHost();
try {
  about.browser = `Chromium ${host.browser.version()}`;
  about.adapter = await host.call("ours.ts", "describe", { backend: "webgpu" });
  if (wanted.parts.includes("visit")) await tell({ visit: await firstVisit() });
  if (wanted.parts.includes("decode")) await tell({ decode: await decode() });
  if (wanted.parts.includes("scaling")) await tell({ scaling: await scaling(host) });
  if (wanted.parts.includes("steps")) await steps();
} finally {
  await host.close();
}
console.log(`Measured in ${((Date.now() - started) / 60_000).toFixed(1)} minutes.`);

/** Prints a part's table, and writes it at once: who has to stop early keeps what there is. */
async function tell(results) {
  for (const part of Object.values(results)) part.about = about;
  for (const table of Object.values(toTables(results))) console.log(`\n${table}\n`);
  if (wanted.isForDocs) await writeDocs(results);
}

async function steps() {
  // Without a word all of it would take an hour.
  const isShort = wanted.isForDocs || !wanted.isNarrowed;
  for (const one of contestsFor(wanted).filter(({ name }) => !isShort || DOCS.has(name))) {
    const ids = wanted.engines.length > 0 ? wanted.engines : one.engines;
    const engines = enginesFor(one.backend, ids);
    await tell({ steps: { rows: await contest(host, { ...one, engines }) } });
  }
}

function decode() {
  return host.call("decode.ts", "decode", {
    shape: SHAPES.P,
    method: "lora",
    backend: "wasm",
    promptTokens: 10,
    newTokens: 490,
    newTokensOfBoth: 40,
  });
}
