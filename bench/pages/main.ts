/** The page's side: opens one engine, which the page loads alone, and does what the host asks of it. */
import type { Stepper, StepJob } from "./material";

type Tool = Record<string, (options: unknown) => Promise<unknown>>;

/* By pattern: the peers' packages are there only after the benchmark has installed them. */
const files = import.meta.glob(["./*.ts", "./*.js", "!./main.ts", "!./material.ts"]);

async function call(file: string, name: string, options: unknown): Promise<unknown> {
  const load = files[`./${file}`];
  if (!load) throw new Error(`There is no ${file}`);
  const tool = ((await load()) as Tool)[name];
  if (!tool) throw new Error(`${file} has no ${name}`);
  return tool(options);
}

let stepper: Stepper | null = null;
const bench = {
  /** Runs one function of one file of this folder. */
  call,
  /** Makes an engine ready to train. */
  async open(file: string, job: StepJob): Promise<void> {
    stepper = (await call(file, "open", job)) as Stepper;
  },
  /** Trains one step, to its loss. */
  async step() {
    if (!stepper) throw new Error("step: nothing is open");
    return stepper.step();
  },
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
