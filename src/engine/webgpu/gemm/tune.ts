/** Which program makes a product: what a device's threads can share decides, and how much there is to do. */
import type { Program } from "../run";
import type { GemmShape } from "./code";
import { MOST_ROWS, rowsCount, rowsProgram } from "./rows";
import { threadsCount, threadsProgram } from "./threads";
import { TILES, tilesCount, tilesProgram, type Tile } from "./tiles";

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

export function chooseVariant(shape: GemmShape, rows: number, columns: number): Variant {
  if (areTilesUsed) {
    const isFew = rows <= MOST_ROWS && !shape.hasColumnSums;
    if (isFew && shape.products.every(({ a }) => a === "inner")) {
      return { program: rowsProgram(shape, rows), count: rowsCount(columns) };
    }
    const tile = chooseTile(rows, columns);
    if (tile) return tileVariant(tile, shape, rows, columns);
  }
  return { program: threadsProgram(shape), count: threadsCount(rows, columns) };
}

export function tileVariant(tile: Tile, shape: GemmShape, rows: number, columns: number): Variant {
  return { program: tilesProgram(shape, tile), count: tilesCount(tile, rows, columns) };
}

/** The largest tile that still gives a GPU enough to do. */
function chooseTile(rows: number, columns: number): Tile | undefined {
  const tiles = TILES.filter((tile) => !avoided.has(tile));
  const isEnough = (tile: Tile) => tilesCount(tile, rows, columns) >= ENOUGH_WORKGROUPS;
  return tiles.find(isEnough) ?? tiles.at(-1);
}
