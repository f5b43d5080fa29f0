/** Our engine in Node on Dawn: prints what was measured as JSON, with what it does meanwhile on the error stream. */
import { createRequire } from "node:module";
import { startBackend } from "@/engine/device";
import { webgpuInternals } from "@/engine/tfjs";
import { decode } from "../pages/decode";
import type { Method, Shape } from "../pages/material";
import { openRun, type PacedRun } from "../pages/ours";
import { products } from "./gemm";
import { openGpt2 } from "./gpt2";
import { peak } from "./peak";

export type GpuJob = {
  shape: Shape;
  methods: Method[];
  /** Tokens in a step, in examples of the shape's length. */
  tokens: number[];
  warmUps: number;
  steps: number;
  /** Multiplications in each timing, in billions of additions and multiplications. */
  gflopPerTiming: number;
  decodeTokens: number;
  /** What torchlette's figures are of. */
  distilGpt2: Shape;
  dawnFlags: string[];
};

export type Row = {
  method: Method;
  tokens: number;
  stepMs: number;
  scriptMs: number;
  loss: number;
};

type Dawn = { create: (flags: string[]) => GPU; globals: Record<string, unknown> };

/** Gives this process a `navigator.gpu`, and keeps it: the process ends badly when Dawn is collected. */
function startDawn(file: string, flags: string[]): void {
  const { create, globals } = createRequire(file)(file) as Dawn;
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, "navigator", { value: { gpu: create(flags) } });
}

async function measure({ shape, methods, tokens, warmUps, steps, ...job }: GpuJob) {
  const { adapter } = await startBackend("webgpu");
  console.error(`Adapter: ${adapter}`);
  const { device } = webgpuInternals();
  const peakGflops = await peak(device, job.gflopPerTiming);
  console.error(`Multiply-adds alone: ${peakGflops.toFixed(1)} GFLOP/s`);
  const gemms = await products(shape, tokens, job.gflopPerTiming);
  const time = async (run: PacedRun, method: Method, count: number): Promise<Row> => {
    await run.stepFreely(warmUps);
    const stepMs = (await run.stepFreely(steps)) / steps;
    const { loss, scriptMs } = await run.step();
    await run.dispose();
    console.error(`${method}, ${count} tokens: ${stepMs.toFixed(1)} ms, loss ${loss.toFixed(5)}`);
    return { method, tokens: count, stepMs, scriptMs: scriptMs!, loss };
  };
  const rows: Row[] = [];
  const distilGpt2: Row[] = [];
  for (const method of methods) {
    for (const count of tokens) {
      const run = openRun({ ...shape, batch: count / shape.length }, method);
      rows.push(await time(run, method, count));
    }
    console.error("DistilGPT-2's shape:");
    const { batch, length } = job.distilGpt2;
    distilGpt2.push(await time(openGpt2(job.distilGpt2, method), method, batch * length));
  }
  const decoded = await decode({
    shape: { ...shape, batch: 1 },
    method: "lora",
    backend: "webgpu",
    promptTokens: 10,
    newTokens: job.decodeTokens,
    newTokensOfBoth: job.decodeTokens,
  });
  const { aloneMs, bothMs } = decoded;
  return { adapter, peakGflops, gemms, rows, distilGpt2, decode: { aloneMs, bothMs } };
}

const [job, dawn] = [JSON.parse(process.argv[2]!) as GpuJob, process.argv[3]!];
startDawn(dawn, job.dawnFlags);
void measure(job).then(
  (result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exit(0);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
