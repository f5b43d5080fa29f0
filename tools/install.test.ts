import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensureChromium, ensurePackages, isInstalled, nodeProblem } from "./install.js";

test("Node versions that Vite cannot run on are refused by name", () => {
  for (const version of ["18.20.4", "20.18.3", "21.7.3", "22.11.0"]) {
    expect(nodeProblem(version)).toContain(version);
  }
  for (const version of ["20.19.0", "22.12.0", "24.0.0"]) expect(nodeProblem(version)).toBeNull();
});

describe("packages", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "tabtune-install-"));
    mkdirSync(join(root, "node_modules"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  type Packages = Record<string, { version: string; optional?: boolean }>;
  const writeLock = (packages: Packages) =>
    writeFileSync(
      join(root, "package-lock.json"),
      JSON.stringify({ packages: { "": { version: "0.1.0" }, ...packages } }),
    );
  const writeInstalled = (packages: Packages) =>
    writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));

  test("are missing before the first install, and after a version changed", () => {
    writeLock({ "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(false);
    writeInstalled({ "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(true);
    writeLock({ "node_modules/a": { version: "1.0.1" } });
    expect(isInstalled(root)).toBe(false);
  });

  test("are missing when one that is not optional is not there", () => {
    writeInstalled({});
    writeLock({ "node_modules/other-system": { version: "1.0.0", optional: true } });
    expect(isInstalled(root)).toBe(true);
    writeLock({ "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(false);
  });

  test("are installed with npm ci, and a failure is told", async () => {
    writeLock({ "node_modules/a": { version: "1.0.0" } });
    const commands: string[] = [];
    const runWith = (code: number) => (command: string, args: string[]) => {
      commands.push([command, ...args].join(" "));
      return Promise.resolve({ code, timedOut: false });
    };
    expect(await ensurePackages({ root, run: runWith(0) })).toBe(true);
    expect(await ensurePackages({ root, run: runWith(1) })).toBe(false);
    expect(commands).toEqual(["npm ci --include=dev", "npm ci --include=dev"]);
  });
});

describe("Chromium", () => {
  const DEBIAN_ROOT = { isRoot: true, hasApt: true };

  /** A machine without a browser, on which the command that matches `installs` brings one. */
  function machine(installs: RegExp | null) {
    const commands: string[] = [];
    const messages: string[] = [];
    let isThere = false;
    return {
      commands,
      messages,
      options: {
        find: () => (isThere ? "/usr/bin/chromium" : null),
        starts: () => true,
        run: (command: string, args: string[]) => {
          const line = [command.split("/").at(-1), ...args].join(" ");
          commands.push(line);
          if (installs?.test(line)) isThere = true;
          const works = isThere || line === "apt-get update";
          return Promise.resolve({ code: works ? 0 : 1, timedOut: false });
        },
        log: (message: string) => void messages.push(message),
      },
    };
  }

  test("that starts is used as it is", async () => {
    const { commands, options } = machine(null);
    const found = { ...options, find: () => "/opt/chrome", system: DEBIAN_ROOT };
    expect(await ensureChromium(found)).toBe("/opt/chrome");
    expect(commands).toEqual([]);
  });

  test("comes from Playwright where its download can be reached", async () => {
    const { commands, options } = machine(/cli\.js install chromium$/);
    expect(await ensureChromium({ ...options, system: DEBIAN_ROOT })).toBe("/usr/bin/chromium");
    expect(commands).toEqual([
      expect.stringMatching(/cli\.js install chromium$/),
      expect.stringMatching(/cli\.js install-deps chromium$/),
    ]);
  });

  test("comes from Debian's packages where Playwright's download fails", async () => {
    const { commands, options } = machine(/^apt-get install/);
    expect(await ensureChromium({ ...options, system: DEBIAN_ROOT })).toBe("/usr/bin/chromium");
    expect(commands.slice(1)).toEqual(["apt-get update", "apt-get install -y chromium"]);
  });

  test("is installed when the one that is there does not start", async () => {
    const { commands, options } = machine(null);
    let starts = false;
    const path = await ensureChromium({
      ...options,
      find: () => "/usr/bin/chromium-browser",
      starts: () => starts,
      run: (command, args) => {
        starts = true;
        return options.run(command, args);
      },
      system: DEBIAN_ROOT,
    });
    expect(path).toBe("/usr/bin/chromium-browser");
    expect(commands).not.toHaveLength(0);
  });

  test("is not asked of the system's packages without the right to install them", async () => {
    const { commands, messages, options } = machine(null);
    const system = { isRoot: false, hasApt: true };
    expect(await ensureChromium({ ...options, system })).toBeNull();
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatch(/install chromium$/);
    expect(messages.at(-1)).toContain("CHROMIUM_PATH");
  });
});
