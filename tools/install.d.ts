import type { RunOptions, RunResult } from "./run.js";

export type Run = (command: string, args: string[], options?: RunOptions) => Promise<RunResult>;
export type System = { isRoot: boolean; hasApt: boolean };
export type ChromiumInstaller = { title: string; commands: string[][] };

export const ROOT: string;
export function nodeProblem(version?: string): string | null;
export function isInstalled(root?: string): boolean;
export function ensurePackages(options?: { root?: string; run?: Run }): Promise<boolean>;
export function ensureChromium(options: {
  find: () => string | null;
  starts?: (path: string) => boolean;
  run?: Run;
  system?: System;
  log?: (message: string) => void;
}): Promise<string | null>;
export function chromiumInstallers(system: System): ChromiumInstaller[];
