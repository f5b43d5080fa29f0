/** A host that sends two headers gives the CPU backend threads; one that does not loses speed and nothing else. */
import { expect, test, type Page } from "./fixtures";
import { expectRun, openPage, readNumber, setSettings, tune } from "./page";

const HEADERS = ["cross-origin-opener-policy", "cross-origin-embedder-policy"];

/** Held-out loss after a few steps, and what the page says of its backend. */
async function learn(page: Page): Promise<{ heldOut: number; backend: string }> {
  await openPage(page, { backend: "wasm" });
  await setSettings(page, { Steps: 3 });
  await tune(page);
  await expectRun(page, "Done");
  await page.getByRole("button", { name: "Backend: CPU" }).hover();
  const tip = page.getByText(/^WebAssembly on/);
  return {
    heldOut: await readNumber(page, "held-out-loss-now"),
    backend: (await tip.innerText()).replace(/\s+/g, " "),
  };
}

test("with and without the headers a run comes to the same loss", async ({ page, context }) => {
  const cores = Math.min(8, await page.evaluate(() => navigator.hardwareConcurrency));
  expect(cores, "this test needs two cores").toBeGreaterThan(1);
  const withThreads = await learn(page);
  expect(withThreads.backend).toContain(`${cores} CPU threads`);

  const plain = await context.newPage();
  await plain.route("**/*", async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    for (const name of HEADERS) delete headers[name];
    await route.fulfill({ response, headers });
  });
  const alone = await learn(plain);
  expect(alone.backend).toContain("1 CPU thread;");
  expect(alone.heldOut).toBe(withThreads.heldOut);
});
