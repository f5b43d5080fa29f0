// What only the benchmarks need: packages of their own, installed by the first run.
import { join } from "node:path";
import { isInstalled, ROOT } from "../tools/install.js";
import { run } from "../tools/run.js";

/** Installs what bench/package-lock.json names. The packages' own scripts are not run. */
export async function installPeers() {
  const cwd = join(ROOT, "bench");
  if (isInstalled(cwd)) return;
  console.log("Installing the benchmarks' packages (npm ci in bench/) …");
  const { code } = await run("npm", ["ci", "--ignore-scripts"], { cwd, timeoutMs: 600_000 });
  if (code !== 0) throw new Error("npm ci in bench/ failed; its own words are above.");
}
