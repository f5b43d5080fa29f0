// Tables and plots of what was measured; in docs/benchmarks.md they stand between markers, one pair for each part.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tools/install.js";
import { fitLine, formatMs, median } from "./numbers.js";
import { toSvg } from "./plot.js";
import { BACKENDS, CONTESTANTS, SHAPES } from "./shapes.js";

const JSON_FILE = join(ROOT, "docs/benchmarks.json");
const PAGE = join(ROOT, "docs/benchmarks.md");
const PLOT = join(ROOT, "docs/benchmarks.svg");

const writers = {
  steps: stepsTable,
  visit: visitTable,
  scaling: scalingText,
  decode: decodeText,
  gpu: gpuText,
};

/** Markdown by part, of the parts that were measured. */
export function toTables(results) {
  return Object.fromEntries(
    Object.entries(results).map(([part, result]) => [
      part,
      `${writers[part](result)}\n\n${aboutLine(result.about)}`,
    ]),
  );
}

/** Keeps what was not measured this time: parts can be renewed one by one, and of the steps single contests. */
export async function writeDocs(results) {
  const { format } = await import("prettier");
  const kept = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, "utf8")) : {};
  const all = { ...kept, ...results };
  if (results.steps && kept.steps) {
    const isRenewed = (row) => results.steps.rows.some((other) => keyOf(other) === keyOf(row));
    const rows = [...kept.steps.rows.filter((row) => !isRenewed(row)), ...results.steps.rows];
    all.steps = { ...results.steps, rows };
  }
  let page = readFileSync(PAGE, "utf8");
  for (const [part, table] of Object.entries(toTables(all))) page = putBetween(page, part, table);
  const write = async (path, text, parser) =>
    writeFileSync(path, parser ? await format(text, { parser, printWidth: 100 }) : text);
  await write(JSON_FILE, JSON.stringify(all), "json");
  await write(PAGE, page, "markdown");
  if (all.scaling && all.decode) await write(PLOT, toSvg(panelsOf(all)), null);
}

const keyOf = ({ shape, method, backend, engine }) => [shape, method, backend, engine].join(" ");

/** Throws where a part has no place in the page. */
function putBetween(page, part, text) {
  const [begin, end] = [`<!-- begin: ${part} -->`, `<!-- end: ${part} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md lacks ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

function aboutLine({ date, cpu, cores, load, browser, adapter }) {
  const parts = [
    ...(cpu ? [`${cores} cores of ${cpu}`] : []),
    ...(browser ? [browser] : []),
    ...(adapter ? [`WebGPU adapter ${adapter}`] : []),
    date,
    ...(load !== undefined ? [`load ${load} before`] : []),
  ];
  return `_${parts.join(" · ")}_`;
}

const title = { full: "all weights", lora: "LoRA, rank 8" };

/** One table for each backend; a row for a shape and a method, a column for an engine. */
function stepsTable({ rows }) {
  const tables = BACKENDS.map((backend) => {
    const here = rows.filter((row) => row.backend === backend);
    const engines = CONTESTANTS.filter(({ id }) => here.some(({ engine }) => engine === id));
    const lines = ["full", "lora"].flatMap((method) =>
      Object.keys(SHAPES).flatMap((shape) => {
        const cells = engines.map(({ id }) =>
          here.find((r) => r.engine === id && r.shape === shape && r.method === method),
        );
        if (!cells.some(Boolean)) return [];
        const ours = cells.find((row) => row?.engine === "ours");
        const texts = cells.map((row) => cellText(row, ours));
        return [`| ${shape}, ${title[method]} | ${texts.join(" | ")} |`];
      }),
    );
    if (lines.length === 0) return "";
    const name = {
      wasm: "WebAssembly, one thread where not said",
      webgpu: "WebGPU, software adapter",
    }[backend];
    const head = `| ${name} | ${engines.map((engine) => engine.title).join(" | ")} |`;
    return [head, `|---|${engines.map(() => "--:|").join("")}`, ...lines].join("\n");
  });
  return [...tables, scriptTimes(rows), agreement(rows)].filter(Boolean).join("\n\n");
}

function cellText(row, ours) {
  if (!row) return "–";
  if (row.error) return `failed: ${row.error.replaceAll("|", "/")}`;
  const ms = median(row.stepMs);
  const isOurs = row.engine === "ours" || !ours || ours.error;
  const ratio = isOurs ? "" : `, ${(ms / median(ours.stepMs)).toPrecision(2)}×`;
  const count = row.stepMs.length;
  const few = count < 5 ? ` (${count} ${count === 1 ? "step" : "steps"})` : "";
  return `${formatMs(ms)}${ratio}${few}`;
}

/** How long a step keeps the page's thread busy before the GPU alone works. */
function scriptTimes(rows) {
  const texts = rows
    .filter(({ error, scriptMs }) => !error && scriptMs.length > 0)
    .map(({ shape, method, engine, scriptMs }) => {
      const { title: name } = CONTESTANTS.find(({ id }) => id === engine);
      return `${name} on ${shape}, ${title[method]}: ${formatMs(median(scriptMs))}`;
    });
  return texts.length > 0 ? `JavaScript in a WebGPU step, median: ${texts.join("; ")}.` : "";
}

/** How far the losses of those who train the same model are apart, over all steps both have taken. */
function agreement(rows) {
  let [worst, steps] = [0, 0];
  for (const row of rows) {
    if (row.error || !["jax", "stock", "threads"].includes(row.engine)) continue;
    const ours = rows.find((other) => keyOf(other) === keyOf({ ...row, engine: "ours" }));
    if (!ours || ours.error) continue;
    row.losses.slice(0, ours.losses.length).forEach((loss, i) => {
      worst = Math.max(worst, Math.abs(loss - ours.losses[i]) / loss);
      steps++;
    });
  }
  if (steps === 0) return "";
  return `The losses of the engines that train the same model differ by ${(100 * worst).toPrecision(2)} % at most, over ${steps} steps.`;
}

function visitTable({ shownMs, readyMs, stepMs, visits, scriptBytes }) {
  return [
    `| first visit, WebAssembly, nothing in any cache | median of ${visits} |`,
    "|---|--:|",
    `| the Tune button is shown | ${formatMs(shownMs)} |`,
    `| model and data are loaded: it can be pressed | ${formatMs(readyMs)} |`,
    `| the first trained step is shown, when it is pressed at once | ${formatMs(stepMs)} |`,
    `| JavaScript before that press, gzip (budget 350 KB) | ${(scriptBytes / 1000).toFixed(0)} KB |`,
  ].join("\n");
}

function scalingText({ tokens, layers, steps }) {
  const row = (points, unit) => {
    const { slope, offset, r2 } = fitLine(points);
    const cells = points.map(({ at, ms }) => `${at}: ${formatMs(ms)}`).join(" · ");
    return `| ${unit} | ${cells} | ${formatMs(offset)} + ${formatMs(slope)} each | ${r2.toFixed(4)} |`;
  };
  return [
    `Shape M, all weights, WebAssembly, examples of 128 tokens; median of ${steps} steps.`,
    "",
    "| | one step | fitted line | R² |",
    "|---|---|---|--:|",
    row(tokens, "tokens, 6 layers"),
    row(layers, "layers, 512 tokens"),
  ].join("\n");
}

const WINDOW = 20;

/** Mean of the tokens around a position. */
function around({ tokenMs, promptTokens = 10 }, position) {
  const at = Math.min(Math.max(0, position - promptTokens - WINDOW / 2), tokenMs.length - WINDOW);
  return tokenMs.slice(at, at + WINDOW).reduce((sum, ms) => sum + ms, 0) / WINDOW;
}

const POSITIONS = [10, 100, 200, 300, 400, 500];

function decodeText(result) {
  const { aloneMs, bothMs } = result;
  const times = POSITIONS.map((position) => around(result, position));
  const growth = 100 * (times.at(-1) / times[0] - 1);
  return [
    `| position, mean of ${WINDOW} tokens | ${POSITIONS.join(" | ")} |`,
    `|---|${POSITIONS.map(() => "--:|").join("")}`,
    `| P, the base alone, one token | ${times.map(formatMs).join(" | ")} |`,
    "",
    `From position 10 to 500: ${growth >= 0 ? "+" : "−"}${Math.abs(growth).toFixed(0)} %. A token of base and tuned together: ${formatMs(bothMs)}, ${(bothMs / aloneMs).toFixed(2)} times one of the base alone (${formatMs(aloneMs)}).`,
  ].join("\n");
}

function panelsOf({ scaling, decode }) {
  const tokens = POSITIONS.map((at) => ({ at, ms: around(decode, at) }));
  return [
    { title: "One step by tokens", xLabel: "tokens in the step", points: scaling.tokens },
    { title: "One step by layers", xLabel: "layers", points: scaling.layers },
    { title: "One answered token by position", xLabel: "position", points: tokens, isFlat: true },
  ];
}

/** Tokens per second that torchlette's authors give for DistilGPT-2, 128 tokens, Chrome on a V100. */
const TORCHLETTE = { full: 308, lora: 1050 };

/** Training beside PyTorch and torchlette, the products' share of the peak, and answering. */
function gpuText({ job, ours, twin }) {
  const rate = (tokens, ms) => Math.round((1000 * tokens) / ms).toLocaleString("en");
  const distilGpt2 = ours.distilGpt2.map(({ method, tokens, stepMs }) => {
    const times = ((1000 * tokens) / stepMs / TORCHLETTE[method]).toPrecision(2);
    return `${title[method]}: ${rate(tokens, stepMs)} tokens/s, ${times} times torchlette's ${TORCHLETTE[method].toLocaleString("en")}`;
  });
  const training = ours.rows.map(({ method, tokens, stepMs, scriptMs }) => {
    const other = twin?.rows.find((row) => row.method === method && row.tokens === tokens);
    const cells = other
      ? [formatMs(other.stepMs), rate(tokens, other.stepMs), (other.stepMs / stepMs).toFixed(2)]
      : ["–", "–", "–"];
    const own = [formatMs(stepMs), rate(tokens, stepMs), formatMs(scriptMs)];
    return `| ${title[method]}, ${tokens} tokens | ${[...own, ...cells].join(" | ")} |`;
  });
  const products = ours.gemms.map(
    ({ layout, name, rows, columns, inner, gflops }) =>
      `| ${layout} ${name} | ${rows} × ${columns} × ${inner} | ${gflops.toPrecision(3)} | ${((100 * gflops) / ours.peakGflops).toFixed(0)} % |`,
  );
  const { aloneMs, bothMs } = ours.decode;
  return [
    `| one step, mean of ${job.steps} | TabTune | tokens/s | of it JavaScript | PyTorch | tokens/s | TabTune's speed ÷ PyTorch's |`,
    "|---|--:|--:|--:|--:|--:|--:|",
    ...training,
    "",
    twin
      ? `PyTorch ${twin.version}, eager, float32 with TF32 off, on ${twin.device}.`
      : "PyTorch was not there.",
    "",
    `DistilGPT-2's shape, ${ours.distilGpt2[0].tokens} tokens in a step, here, beside the highest rates that torchlette has published, of Chrome on a V100: ${distilGpt2.join("; ")}.`,
    "",
    "| product | rows × columns × inner | GFLOP/s | of the peak |",
    "|---|---|--:|--:|",
    ...products,
    "",
    `The peak is ${ours.peakGflops.toPrecision(3)} GFLOP/s: a kernel of multiply-adds alone. Answering: ${rate(1, aloneMs)} tokens/s of the base alone; one token of base and tuned takes ${(bothMs / aloneMs).toFixed(2)} times as long.`,
  ].join("\n");
}
