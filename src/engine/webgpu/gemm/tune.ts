/**
 * Which program makes a product. Few rows have their own, and software adapters too; among tiles a guess decides by how
 * much there is to do, until `tune` has tried them on this device. Row programs are chosen along with them.
 */
import { freeUnusedBuffers, tf, toTensor, webgpuInternals, type TensorInfo } from "@/engine/tfjs";
import { timeRows } from "../rowTrial";
import { runOwnProgram, webgpuOutput, WORKGROUP, type Program } from "../run";
import { usedRowLanes, useRowLanes, type RowLanes } from "../sums";
import { timeRuns } from "../timing";
import type { GemmShape, Layout } from "./code";
import { MOST_ROWS, rowsCount, rowsProgram } from "./rows";
import { threadsCount, threadsProgram } from "./threads";
import { describeTile, HALF_TILES, TILES, tilesCount, tilesProgram, type Tile } from "./tiles";

/** A program and the indices to run it for. */
export type Variant = { program: Program; count: number };

/** Workgroups that keep a middling GPU busy; with fewer, smaller tiles do better although they read more. */
const ENOUGH_WORKGROUPS = 96;

let areTilesUsed = true;
const avoided = new Set<Tile>();
let areSubgroupsAvoided = false;

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

/** Subgroups compute wrongly on this device. */
export function avoidSubgroups(): void {
  areSubgroupsAvoided = true;
}

export function canUseSubgroups(): boolean {
  return areTilesUsed && !areSubgroupsAvoided && hasFeature("subgroups");
}

function hasFeature(name: "shader-f16" | "subgroups"): boolean {
  return (webgpuInternals().device.features as Set<string>).has(name);
}

/** Products of about one size whose factors lie alike: a tile that suits one suits all. */
export type Kind = {
  a: Layout;
  b: Layout;
  /** All second factors are packed. */
  isHalf: boolean;
  rows: number;
  columns: number;
  inner: number;
};

/** Of a kind of product; or how row programs work, where there is no kind. */
export type Candidate = Tile | RowLanes;
export type Timer = (candidate: Candidate, kind: Kind | null) => Promise<number>;

/** The name that stands for all row programs among the kinds of products, and what is in that of a kind with packed factors. */
const ROWS = "rows";
const HALF = "half";

/** The fastest candidate by the kind of product, both as text: what one visit finds another can be given. */
export type Choices = Record<string, string>;

const best = new Map<string, Candidate>();
let noteChoices: (choices: Choices) => void = () => {};
/** A kind that was met and is not tuned: what was not tried yet, and the fastest of what was. */
type Trial = { kind: Kind | null; left: Candidate[]; fastest: Candidate | null; least: number };
const untried = new Map<string, Trial>();
let isTuned = false;

/** Whether kinds of products are noted for `tune` as they are met; otherwise choices stand still. */
export function useTuning(isUsed: boolean): void {
  isTuned = isUsed;
  untried.clear();
  offerRows();
}

function offerRows(): void {
  if (!isTuned || best.has(ROWS) || !canUseSubgroups()) return;
  untried.set(ROWS, { kind: null, left: rowCandidates(), fastest: null, least: Infinity });
}

const rowCandidates = (): RowLanes[] => [WORKGROUP, "subgroups"];

/** All there is to choose from on this device: with other candidates, former choices mean nothing. */
export function describeCandidates(): string {
  const rows = canUseSubgroups() ? rowCandidates() : [];
  return [...usableTiles(true), ...rows].map(describe).join(" ");
}

function describe(candidate: Candidate): string {
  return typeof candidate === "object" ? describeTile(candidate) : String(candidate);
}

/**
 * Puts the choices of a former visit in the place of those made so far, and tells `note` of all choices when there are
 * new ones. What is not known, or computes wrongly here, is left out: the kind will be tried.
 */
export function recallChoices(choices: Choices, note: (choices: Choices) => void): void {
  best.clear();
  untried.clear();
  for (const [name, chosen] of Object.entries(choices)) {
    const rows = canUseSubgroups() ? rowCandidates() : [];
    const known = name === ROWS ? rows : usableTiles(name.includes(HALF));
    const candidate = known.find((one) => describe(one) === chosen);
    if (candidate) choose(name, candidate);
  }
  offerRows();
  noteChoices = note;
}

/** → whether that changes anything. */
function choose(name: string, candidate: Candidate): boolean {
  best.set(name, candidate);
  if (typeof candidate === "object") return true;
  const before = usedRowLanes();
  useRowLanes(candidate);
  return candidate !== before;
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
    const isHalf = shape.products.every(({ bWidth }) => bWidth === "half");
    const tile = chooseTile({ a, b, isHalf, rows, columns, inner });
    if (tile) return tileVariant(tile, shape, rows, columns);
  }
  return { program: threadsProgram(shape), count: threadsCount(rows, columns) };
}

export function tileVariant(tile: Tile, shape: GemmShape, rows: number, columns: number): Variant {
  return { program: tilesProgram(shape, tile), count: tilesCount(tile, rows, columns) };
}

/** Tiles that compute rightly here; with `isHalf` also those for packed factors alone. */
export function usableTiles(isHalf: boolean): Tile[] {
  const all = isHalf && hasFeature("shader-f16") ? [...TILES, ...HALF_TILES] : TILES;
  return all.filter((tile) => !avoided.has(tile));
}

function chooseTile(kind: Kind): Tile | undefined {
  const name = nameOf(kind);
  const known = best.get(name);
  if (known) return known as Tile;
  const guessed = guess(kind);
  if (isTuned && !untried.has(name)) {
    const left = usableTiles(kind.isHalf);
    untried.set(name, { kind, left, fastest: guessed ?? null, least: Infinity });
  }
  return guessed;
}

/** The largest tile that still gives a GPU enough to do. */
function guess({ rows, columns }: Kind): Tile | undefined {
  const tiles = usableTiles(false);
  const isEnough = (tile: Tile) => tilesCount(tile, rows, columns) >= ENOUGH_WORKGROUPS;
  return tiles.find(isEnough) ?? tiles.at(-1);
}

/** Sizes by the power of two that they come near to: training on other lengths asks for no new trial. */
function nameOf({ a, b, isHalf, ...sizes }: Kind): string {
  const powers = Object.values(sizes).map((size) => Math.round(Math.log2(size)));
  return [a, b, ...(isHalf ? [HALF] : []), ...powers].join(" ");
}

/** Tries all candidates on what was met since the last time; → whether other programs than before are used now. */
export async function tune(time: Timer = timeCandidate): Promise<boolean> {
  let hasChanged = false;
  while (needsTuning()) hasChanged = (await tuneNext(time)) || hasChanged;
  return hasChanged;
}

/** Tries the next candidate; → whether another one than before is used now. */
export async function tuneNext(time: Timer = timeCandidate): Promise<boolean> {
  const [next] = untried;
  if (!next) return false;
  const [name, trial] = next;
  const candidate = trial.left.shift();
  if (candidate) {
    const ms = await time(candidate, trial.kind);
    if (ms < trial.least) Object.assign(trial, { fastest: candidate, least: ms });
  }
  if (trial.left.length > 0) return false;
  untried.delete(name);
  const { fastest, kind } = trial;
  if (!fastest) return false;
  const hasChanged = choose(name, fastest) && (!kind || fastest !== guess(kind));
  noteChoices(Object.fromEntries([...best].map(([of, one]) => [of, describe(one)])));
  return hasChanged;
}

function timeCandidate(candidate: Candidate, kind: Kind | null): Promise<number> {
  return kind ? timeTile(candidate as Tile, kind) : timeRows(candidate as RowLanes);
}

/** Milliseconds of a product by this tile. */
async function timeTile(tile: Tile, kind: Kind): Promise<number> {
  const { a, b, isHalf, rows, columns, inner } = kind;
  const width = (length: number) => (length % 4 === 0 ? 4 : 1);
  const shape: GemmShape = {
    products: [
      {
        ...{ a, b, isScaled: false, hasFirstRow: false },
        aWidth: width(a === "direct" ? rows : inner),
        bWidth: isHalf ? "half" : width(b === "direct" ? columns : inner),
      },
    ],
    ...{ width: width(columns), biases: 0, hasAdd: false, accumulates: false },
    ...{ activation: null, slope: null, gate: null, hasColumnSums: false },
  };
  const tensors: Record<string, TensorInfo> = {
    a0: toTensor(webgpuOutput([rows * inner])),
    b0: toTensor(webgpuOutput([(inner * columns) / (isHalf ? 2 : 1)])),
    c: toTensor(webgpuOutput([rows * columns])),
  };
  const { program, count } = tileVariant(tile, shape, rows, columns);
  const uniforms = { rows, columns, inner0: inner };
  const ms = await timeRuns(() => runOwnProgram(program, tensors, uniforms, count));
  tf.dispose(Object.values(tensors) as tf.Tensor[]);
  // They may be as large as the logits of a step, and no other work asks for their like.
  freeUnusedBuffers();
  return ms;
}
