import type { Entry, MadeRecord } from "./index.js";

export const entry: Entry;
export function make(): MadeRecord[];
export function findPlants(): Record<string, number[][]>;
export function writePlants(card: string): string;
