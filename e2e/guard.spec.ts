/** Tests of the guard itself: a rule that is never broken in a test may have stopped working. */
import { expect, test } from "./fixtures";

const OUTSIDE = "http://outside.invalid/model.json";

test("a request of the page to another origin is stopped and seen", async ({ page, guard }) => {
  await page.goto("./");
  await page.evaluate((url) => fetch(url).catch(() => null), OUTSIDE);
  expect(guard.problems().join("\n")).toContain(`outside request: GET ${OUTSIDE}`);
  guard.allow(/outside\.invalid/);
});

test("a request of a worker to another origin is stopped and seen", async ({ page, guard }) => {
  await page.goto("./");
  await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const code = `fetch("${url}").catch(() => null).then(() => postMessage("done"))`;
        const worker = new Worker(URL.createObjectURL(new Blob([code])));
        worker.onmessage = resolve;
      }),
    OUTSIDE,
  );
  expect(guard.problems().join("\n")).toContain(`outside request: GET ${OUTSIDE}`);
  guard.allow(/outside\.invalid/);
});

test("a route of the test answers in place of another origin", async ({ page }) => {
  await page.route(OUTSIDE, (route) =>
    route.fulfill({ json: { isHere: true }, headers: { "access-control-allow-origin": "*" } }),
  );
  await page.goto("./");
  expect(await page.evaluate((url) => fetch(url).then((r) => r.json()), OUTSIDE)).toEqual({
    isHere: true,
  });
});

test("an uncaught error and a logged error are seen", async ({ page, guard }) => {
  await page.goto("./");
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error("thrown on purpose");
    });
    console.error("logged on purpose");
  });
  await expect.poll(() => guard.problems().join("\n")).toContain("uncaught: Error: thrown on");
  expect(guard.problems().join("\n")).toContain("logged error: logged on purpose");
  guard.allow(/on purpose/);
});
