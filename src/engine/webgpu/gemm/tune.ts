/**
 * Which program makes a product. Few rows have their own, and software adapters too; among tiles a guess decides by how
 * much there is to do, until `tune` has tried them on this device.
 */
import { freeUnusedBuffers, tf, toTensor, webgpuInternals, type TensorInfo } from "@/engine/tfjs";
import { runOwnProgram, webgpuOutput, type Program } from "../run";
import type { GemmShape, Layout } from "./code";
import { MOST_ROWS, rowsCount, rowsProgram } from "./rows";
import { threadsCount, threadsProgram } from "./threads";
import { describeTile, TILES, tilesCount, tilesProgram, type Tile } from "./tiles";

/** A program and the indices to run it for. */
export type Variant = { program: Program; count: number };

/** Workgroups that keep a middling GPU busy; with fewer, smaller tiles do better although they read more. */
const ENOUGH_WORKGROUPS = 96;

let areTilesUsed = true;
const avoided = new Set<Tile>();

/** On a software adapter a thread works alone: its barriers cost more than what they share. */
export function useTiles(areUsed: boolean): void {
  areTilesUsed = areUsed;
}

export function usesTiles(): boolean {
  return areTilesUsed;
}

/** This device computes wrongly with it. */
export function avoidTile(tile: Tile): void {
  avoided.add(tile);
}

/** Products of about one size whose factors lie alike: a tile that suits one suits all. */
type Kind = { a: Layout; b: Layout; rows: number; columns: number; inner: number };

/** The fastest tile by the kind of product, both as text: what one visit finds another can be given. */
export type Choices = Record<string, string>;

const best = new Map<string, Tile>();
let noteChoices: (choices: Choices) => void = () => {};
/** A kind that was met and is not tuned: tiles that were not tried yet, and the fastest of those that were. */
type Trial = { kind: Kind; left: Tile[]; fastest: Tile | undefined; least: number };
const untried = new Map<string, Trial>();
let isTuned = false;

/** Whether kinds of products are noted for `tune` as they are met; otherwise choices stand still. */
export function useTuning(isUsed: boolean): void {
  isTuned = isUsed;
  untried.clear();
}

/** All there is to choose from: with other tiles, former choices mean nothing. */
export function describeTiles(): string {
  return TILES.map(describeTile).join(" ");
}

/**
 * Puts the choices of a former visit in the place of those made so far, and tells `note` of all choices when there are
 * new ones. A tile that is not known, or computes wrongly here, is left out: the kind will be tried.
 */
export function recallChoices(choices: Choices, note: (choices: Choices) => void): void {
  best.clear();
  for (const [kind, name] of Object.entries(choices)) {
    const tile = usableTiles().find((one) => describeTile(one) === name);
    if (tile) best.set(kind, tile);
  }
  noteChoices = note;
}

export function needsTuning(): boolean {
  return untried.size > 0;
}

export function chooseVariant(
  shape: GemmShape,
  rows: number,
  columns: number,
  inner: number,
): Variant {
  if (areTilesUsed) {
    const isFew = rows <= MOST_ROWS && !shape.hasColumnSums;
    if (isFew && shape.products.every(({ a }) => a === "inner")) {
      return { program: rowsProgram(shape, rows), count: rowsCount(columns) };
    }
    const { a, b } = shape.products[0]!;
    const tile = chooseTile({ a, b, rows, columns, inner });
    if (tile) return tileVariant(tile, shape, rows, columns);
  }
  return { program: threadsProgram(shape), count: threadsCount(rows, columns) };
}

export function tileVariant(tile: Tile, shape: GemmShape, rows: number, columns: number): Variant {
  return { program: tilesProgram(shape, tile), count: tilesCount(tile, rows, columns) };
}

function usableTiles(): Tile[] {
  return TILES.filter((tile) => !avoided.has(tile));
}

function chooseTile(kind: Kind): Tile | undefined {
  const name = nameOf(kind);
  const known = best.get(name);
  if (known) return known;
  const guessed = guess(kind);
  if (isTuned && !untried.has(name)) {
    untried.set(name, { kind, left: usableTiles(), fastest: guessed, least: Infinity });
  }
  return guessed;
}

/** The largest tile that still gives a GPU enough to do. */
function guess({ rows, columns }: Kind): Tile | undefined {
  const tiles = usableTiles();
  const isEnough = (tile: Tile) => tilesCount(tile, rows, columns) >= ENOUGH_WORKGROUPS;
  return tiles.find(isEnough) ?? tiles.at(-1);
}

/** Sizes by the power of two that they come near to: training on other lengths asks for no new trial. */
function nameOf({ a, b, ...sizes }: Kind): string {
  return [a, b, ...Object.values(sizes).map((size) => Math.round(Math.log2(size)))].join(" ");
}

/** Tries all tiles on the kinds of products met since the last time; → whether other tiles than before are used now. */
export async function tune(time: typeof timeTile = timeTile): Promise<boolean> {
  let hasChanged = false;
  while (needsTuning()) hasChanged = (await tuneNext(time)) || hasChanged;
  return hasChanged;
}

/** Tries the next tile; → whether another tile than before is used now. */
export async function tuneNext(time: typeof timeTile = timeTile): Promise<boolean> {
  const [next] = untried;
  if (!next) return false;
  const [name, trial] = next;
  const tile = trial.left.shift();
  if (tile) {
    const ms = await time(tile, trial.kind);
    if (ms < trial.least) Object.assign(trial, { fastest: tile, least: ms });
  }
  if (trial.left.length > 0) return false;
  untried.delete(name);
  if (!trial.fastest) return false;
  best.set(name, trial.fastest);
  noteChoices(Object.fromEntries([...best].map(([kind, one]) => [kind, describeTile(one)])));
  return trial.fastest !== guess(trial.kind);
}

/** Runs beyond the first, which compiles. */
const RUNS = 8;
/** What takes this long is timed once: a GPU that is kept for long may be taken away. */
const LONG_MS = 50;

/** Milliseconds of a product by this tile. */
async function timeTile(tile: Tile, { a, b, rows, columns, inner }: Kind): Promise<number> {
  const width = (length: number) => (length % 4 === 0 ? 4 : 1);
  const shape: GemmShape = {
    products: [
      {
        ...{ a, b, isScaled: false },
        aWidth: width(a === "direct" ? rows : inner),
        bWidth: width(b === "direct" ? columns : inner),
      },
    ],
    ...{ width: width(columns), biases: 0, hasAdd: false, accumulates: false },
    ...{ activation: null, slope: null, gate: null, hasColumnSums: false },
  };
  const tensors: Record<string, TensorInfo> = {
    a0: toTensor(webgpuOutput([rows * inner])),
    b0: toTensor(webgpuOutput([inner * columns])),
    c: toTensor(webgpuOutput([rows * columns])),
  };
  const { program, count } = tileVariant(tile, shape, rows, columns);
  const run = async (times: number) => {
    const backend = webgpuInternals();
    const started = performance.now();
    for (let i = 0; i < times; i++) {
      runOwnProgram(program, tensors, { rows, columns, inner0: inner }, count);
    }
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
    return (performance.now() - started) / times;
  };
  await run(1);
  let ms = await run(1);
  if (ms < LONG_MS) ms = await run(RUNS);
  tf.dispose(Object.values(tensors) as tf.Tensor[]);
  // They may be as large as the logits of a step, and no other work asks for their like.
  freeUnusedBuffers();
  return ms;
}
