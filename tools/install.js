// Gets ready what a fresh machine lacks: the npm packages and, for the tests, a Chromium.
// Node's own modules only: this file runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run as runCommand } from "./run.js";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const NPM_MINUTES = 15;
const CHROMIUM_MINUTES = 10;

/** A sentence when this Node is too old for the build tools (Vite 7), else null. */
export function nodeProblem(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return isSupported
    ? null
    : `TabTune needs Node 20.19, 22.12 or newer, and this is Node ${version}. Get one from https://nodejs.org and try again.`;
}

/** True when node_modules holds what package-lock.json names, by npm's own record of what it installed. */
export function isInstalled(root = ROOT) {
  const found = packagesIn(join(root, "node_modules", ".package-lock.json"));
  if (!found) return false;
  return Object.entries(packagesIn(join(root, "package-lock.json"))).every(([path, wanted]) => {
    if (path === "") return true;
    const isOptional = wanted.optional || wanted.devOptional; // such as builds for other systems
    return found[path] ? isSamePackage(found[path], wanted) : isOptional;
  });
}

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : null;
}

function isSamePackage(a, b) {
  return a.version === b.version && a.integrity === b.integrity;
}

/** Installs the packages where they are missing or not those of package-lock.json. False when that fails. */
export async function ensurePackages({ root = ROOT, run = runCommand } = {}) {
  if (isInstalled(root)) return true;
  console.log("Installing packages (npm ci) …");
  const { code, timedOut } = await run("npm", ["ci", "--include=dev"], {
    cwd: root,
    timeoutMs: NPM_MINUTES * 60_000,
  });
  if (code === 0) return true;
  console.error(
    timedOut
      ? `npm ci had not finished after ${NPM_MINUTES} minutes.`
      : `npm ci failed with exit code ${code}; its own words are above.`,
  );
  return false;
}

/**
 * Path of a Chromium that starts. Where there is none, installs one: Playwright's own build first,
 * then the system's package. Null, with a message that says what to do, when neither works.
 */
export async function ensureChromium({
  find,
  starts = chromiumStarts,
  run = runCommand,
  system = thisSystem(),
  log = console.log,
}) {
  const working = () => {
    const path = find();
    return path && starts(path) ? path : null;
  };
  const ready = working();
  if (ready) return ready;

  for (const { title, commands } of chromiumInstallers(system)) {
    log(`No Chromium that starts was found. Trying ${title} …`);
    for (const [command, ...args] of commands) {
      const { code } = await run(command, args, {
        cwd: ROOT,
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        timeoutMs: CHROMIUM_MINUTES * 60_000,
      });
      if (code !== 0) break;
    }
    const path = working();
    if (path) return path;
  }
  log(
    [
      "No Chromium could be installed, and the tests need one. Do one of these, then run npm test again:",
      "  - install Chromium or Chrome with your system's packages (Debian: apt-get install chromium)",
      "  - npx playwright install --with-deps chromium",
      "  - set CHROMIUM_PATH to the program file of a Chromium or Chrome",
    ].join("\n"),
  );
  return null;
}

/**
 * Ways to get a Chromium on this system, best first. Playwright's download comes before its system
 * libraries: where its site cannot be reached, that fails at once and nothing is installed in vain.
 */
export function chromiumInstallers({ isRoot, hasApt }) {
  const playwright = [process.execPath, join("node_modules", "playwright", "cli.js")];
  const download = [...playwright, "install", "chromium"];
  if (!isRoot || !hasApt) return [{ title: "Playwright's download", commands: [download] }];
  return [
    {
      title: "Playwright's download",
      commands: [download, [...playwright, "install-deps", "chromium"]],
    },
    {
      title: "the system's package (apt-get install chromium)",
      commands: [
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "chromium"],
      ],
    },
  ];
}

function thisSystem() {
  return {
    isRoot: typeof process.getuid === "function" && process.getuid() === 0,
    hasApt: existsSync("/usr/bin/apt-get"),
  };
}

/** False for a browser that lacks libraries, and for Ubuntu's placeholder that only names a snap. */
function chromiumStarts(path) {
  if (process.platform === "win32") return true; // there --version opens a window
  return (
    spawnSync(path, ["--version", "--no-sandbox"], { stdio: "ignore", timeout: 30_000 }).status ===
    0
  );
}
