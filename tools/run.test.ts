import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareEnvironment, run } from "./run.js";

const node = (code: string, timeoutMs = 0) => run(process.execPath, ["-e", code], { timeoutMs });

test("a command's exit code comes back", async () => {
  expect(await node("process.exit(3)")).toEqual({ code: 3, timedOut: false });
});

test("a command that is not there ends with 127", async () => {
  expect(await run("/no/such/command", [])).toEqual({ code: 127, timedOut: false });
});

test("a command past its time is ended, with what it started", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tabtune-run-"));
  const pidFile = join(folder, "pid");
  const sleep = "setTimeout(() => {}, 60000)";
  const code = `const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(sleep)}]);
    require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
    ${sleep}`;
  expect((await node(code, 1500)).timedOut).toBe(true);
  const grandchild = Number(readFileSync(pidFile, "utf8"));
  rmSync(folder, { recursive: true });
  await expect.poll(() => isAlive(grandchild)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where nobody waits for it, an ended process stays as a zombie.
  const state = `/proc/${pid}/stat`;
  return !existsSync(state) || !readFileSync(state, "utf8").includes(") Z ");
}

test("the environment loses what bends the tests, and gets a home that can be written to", () => {
  const env: Record<string, string | undefined> = {
    VK_ICD_FILENAMES: "/x.json",
    VK_DRIVER_FILES: "/x.json",
    NODE_ENV: "production",
    HOME: "",
    PATH: "/usr/bin",
  };
  prepareEnvironment(env);
  expect(env.HOME).toBeTruthy();
  expect({ ...env, HOME: "" }).toEqual({ HOME: "", PATH: "/usr/bin" });
});
