// What is trained, and by whom. Head size 32 in S, 64 in the others; the MLP is four times as wide.

/** Pythia 70M's shape; its two embeddings are not one. */
const PYTHIA = { layers: 6, hidden: 512, heads: 8, vocab: 50304, batch: 1, length: 128 };

export const SHAPES = {
  S: { layers: 4, hidden: 128, heads: 4, vocab: 512, batch: 4, length: 64, isTied: true },
  M: { layers: 6, hidden: 256, heads: 4, vocab: 2000, batch: 4, length: 128, isTied: true },
  "P tied": { ...PYTHIA, isTied: true },
  P: { ...PYTHIA, isTied: false },
};

/** `id` is what the command line knows it by. */
export const CONTESTANTS = [
  { id: "ours", title: "TabTune", file: "ours.ts", backends: ["wasm", "webgpu"] },
  // Only a page that is cross-origin isolated may share memory with threads.
  {
    id: "threads",
    title: "TabTune, threads",
    file: "ours.ts",
    backends: ["wasm"],
    isIsolated: true,
  },
  { id: "jax", title: "jax-js", file: "jax.js", backends: ["wasm", "webgpu"] },
  { id: "stock", title: "TensorFlow.js ops", file: "stock.ts", backends: ["webgpu"] },
  // Its steps follow each other by themselves, so that it cannot take turns.
  { id: "nanogpt", title: "nanogpt", file: "nanogpt.js", backends: ["webgpu"], isFree: true },
];
export const BACKENDS = ["wasm", "webgpu"];
export const METHODS = ["full", "lora"];

/** What docs/benchmarks.md shows: as much as fits into a quarter of an hour. */
export const DOCS = new Set([
  "S wasm full",
  "M wasm full",
  "P tied wasm full",
  "P wasm full",
  "M wasm lora",
  "P wasm lora",
  "S webgpu full",
  "M webgpu full",
  "P tied webgpu full",
]);

/**
 * What is timed: every combination of the given shapes, backends and methods; none of a kind means all.
 * Pythia's shape takes minutes a step in some engines on a software adapter; they are left out there.
 */
export function contestsFor({ shapes, backends, methods }) {
  const some = (chosen, all) => (chosen.length > 0 ? chosen : all);
  return some(backends, BACKENDS).flatMap((backend) =>
    some(methods, METHODS).flatMap((method) =>
      some(shapes, Object.keys(SHAPES)).map((shape) => {
        const isTooSlow = backend === "webgpu" && SHAPES[shape].vocab > 10_000;
        const engines = isTooSlow ? ["ours", "jax"] : CONTESTANTS.map(({ id }) => id);
        return { name: `${shape} ${backend} ${method}`, shape, backend, method, engines };
      }),
    ),
  );
}
