// Runs one command to its end, in a process group of its own. Node's own modules only: this file
// runs before anything is installed.
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const isWindows = process.platform === "win32";
/** What a group gets between the request to end and its end, in ms. */
const GRACE_MS = 5000;

/**
 * Runs a command and says how it ended: `code` is its exit code (127 when it could not start).
 * After `timeoutMs` the whole group is ended and `timedOut` is true. Ctrl-C ends both.
 */
export function run(command, args, { cwd, env = process.env, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "inherit", "inherit"],
      detached: !isWindows,
      shell: isWindows && command === "npm", // npm is a .cmd file there
    });
    let timedOut = false;
    const timer =
      timeoutMs > 0 &&
      setTimeout(() => {
        timedOut = true;
        endGroup(child, "SIGTERM");
        setTimeout(() => endGroup(child, "SIGKILL"), GRACE_MS).unref();
      }, timeoutMs);
    const interrupt = (signal) => {
      endGroup(child, signal);
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.once("SIGINT", interrupt);
    process.once("SIGTERM", interrupt);

    const settle = (code) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
      endGroup(child, "SIGKILL"); // whatever it left behind
      resolve({ code, timedOut });
    };
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`);
      settle(127);
    });
    child.once("exit", (code) => settle(code ?? 1));
  });
}

function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Bends this process's environment, which every command inherits, to what npm and the tests need. */
export function prepareEnvironment(env = process.env) {
  // They point Chromium's software GPU at another driver, and it finds none.
  delete env.VK_DRIVER_FILES;
  delete env.VK_ICD_FILENAMES;
  // With "production" npm leaves out the build tools, and Svelte's tests run the wrong build.
  delete env.NODE_ENV;
  if (!isWindows && !canWrite(env.HOME)) {
    const home = userInfo().homedir;
    env.HOME = canWrite(home) ? home : mkdtempSync(join(tmpdir(), "tabtune-home-"));
  }
}

function canWrite(folder) {
  if (!folder) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
