// How a step's time grows with its tokens and with the model's layers.
import { SHAPES } from "./shapes.js";
import { median } from "./numbers.js";

const WARM_UPS = 1;
const STEPS = 3;
const TOKENS = [128, 256, 512, 1024, 2048, 4096];
const LAYERS = [1, 2, 4, 6, 8, 12];
const EXAMPLE_TOKENS = 128;

/** Gives both series of shape M on WASM: one point holds the median time of a step in milliseconds. */
export async function scaling(host) {
  const time = async (change) => {
    const shape = { ...SHAPES.M, length: EXAMPLE_TOKENS, ...change };
    const page = await host.open("ours.ts", { shape, method: "full", backend: "wasm" });
    const times = [];
    for (let i = 0; i < WARM_UPS + STEPS; i++) times.push((await page.step()).ms);
    await page.close();
    const stepMs = median(times.slice(WARM_UPS));
    console.log(`${JSON.stringify(change)}: ${stepMs.toFixed(0)} ms`);
    return stepMs;
  };
  const tokens = [];
  for (const count of TOKENS) {
    tokens.push({ at: count, ms: await time({ batch: count / EXAMPLE_TOKENS }) });
  }
  const layers = [];
  for (const count of LAYERS) layers.push({ at: count, ms: await time({ layers: count }) });
  return { tokens, layers, steps: STEPS };
}
