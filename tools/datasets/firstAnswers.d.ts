import type { Entry } from "./index.js";

export const entry: Entry;
export function make(): { instruction: string; input: string; output: string }[];
