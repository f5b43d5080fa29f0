import { webgpuInternals } from "../tfjs";

/** Runs that are timed together, because a clock is coarse. */
const RUNS = 8;
/** What takes this long is timed alone: a GPU that is kept for long may be taken away. */
const LONG_MS = 50;

/** Milliseconds that the device needs for what `run` dispatches. A first run compiles and is not counted. */
export async function timeRuns(run: () => void): Promise<number> {
  const time = async (times: number) => {
    const backend = webgpuInternals();
    const started = performance.now();
    for (let i = 0; i < times; i++) run();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
    return (performance.now() - started) / times;
  };
  await time(1);
  const once = await time(1);
  return once < LONG_MS ? time(RUNS) : once;
}
