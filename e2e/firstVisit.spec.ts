/** What the first visit costs: JavaScript asked for before a person has done anything. */
import { gzipSync } from "node:zlib";
import { expect, test, type Page } from "./fixtures";
import { openPage } from "./page";

/** In bytes, compressed with gzip as a static host sends it. */
const BUDGET = 350_000;

/** Every script of the page and of its worker that was asked for so far: its name and compressed size. */
function watchScripts(page: Page): () => Promise<{ name: string; bytes: number }[]> {
  const scripts = new Map<string, Promise<number>>();
  // Of the context: the requests of a worker are not the page's.
  page.context().on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith(".js")) return;
    scripts.set(
      pathname,
      response.body().then((body) => gzipSync(body).length),
    );
  });
  return () =>
    Promise.all([...scripts].map(async ([name, bytes]) => ({ name, bytes: await bytes })));
}

for (const backend of ["wasm", "webgpu"] as const) {
  test(`until a person acts, the page ships at most 350 KB of JavaScript (${backend})`, async ({
    page,
  }) => {
    const readScripts = watchScripts(page);
    await openPage(page, { backend });
    await expect(page.getByRole("button", { name: "Tune", exact: true })).toBeEnabled();
    await page.waitForLoadState("networkidle");
    const scripts = await readScripts();
    // The page and its trainer's thread are two scripts at least.
    expect(scripts.filter(({ name }) => /trainer/.test(name))).toHaveLength(1);
    const total = scripts.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total, JSON.stringify(scripts, null, 1)).toBeLessThanOrEqual(BUDGET);
  });
}
