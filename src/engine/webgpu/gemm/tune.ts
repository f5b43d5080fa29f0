import { TILES, tilesCount, type Tile } from "./tiles";

/** Workgroups that keep a middling GPU busy; with fewer, smaller tiles do better although they read more. */
const ENOUGH_WORKGROUPS = 96;

/** The largest tile that still gives a GPU enough to do. */
export function chooseTile(rows: number, columns: number): Tile {
  return (
    TILES.find((tile) => tilesCount(tile, rows, columns) >= ENOUGH_WORKGROUPS) ?? TILES.at(-1)!
  );
}
