// npm run screenshots: builds the page and takes the pictures of README.md, light and dark: docs/screenshot-*.png.
import { resolve } from "node:path";
import { launchBrowser, serveBuiltPage } from "./builtPage.js";
import { ROOT } from "./install.js";
import { prepareEnvironment } from "./run.js";

/** Long enough for a slow machine that has other work besides. */
const PATIENCE_MS = 5 * 60_000;

/** A place of the page, its height in the picture, and what a person does before it is taken. */
const PICTURES = [
  {
    name: "train",
    height: 1120,
    async prepare(page) {
      await page.getByRole("button", { name: "Tune", exact: true }).click();
      await page.getByRole("heading", { name: "Done", exact: true }).waitFor();
      // Every tuned answer is of the last step, and whole.
      const { steps } = /of (?<steps>\d+)/.exec(
        await page.getByRole("link", { name: /^Train/ }).textContent(),
      ).groups;
      const answer = page.getByText(new RegExp(`^step ${steps} · .*tokens/s$`));
      await answer.nth(3).waitFor();
    },
  },
  {
    name: "data",
    height: 1500,
    async prepare(page) {
      await page.getByRole("button", { name: "Use this data: Messy" }).click();
      const doctor = page.getByRole("region", { name: "Data doctor" });
      await doctor.getByText("records looked at").waitFor();
      // A line with spoiled letters, among others.
      await page.getByRole("row", { name: /^8 / }).click();
      const records = page.getByRole("region", { name: "Records" });
      await records.evaluate((element) => element.scrollIntoView({ block: "start" }));
    },
  },
];

async function take(browser, origin, { name, height, prepare }, colorScheme) {
  const page = await browser.newPage({ viewport: { width: 1440, height }, colorScheme });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${origin}/?backend=wasm#/${name}`);
  await page.getByRole("link", { name: "Model tabtune-base" }).waitFor();
  await prepare(page);
  // No button that is hovered, no ring of the focus.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement.blur());
  const path = resolve(
    ROOT,
    "docs",
    `screenshot-${name}${colorScheme === "dark" ? "-dark" : ""}.png`,
  );
  await page.screenshot({ path, animations: "disabled" });
  console.log(`Taken: ${path}`);
  await page.close();
}

prepareEnvironment();
const { origin, server } = await serveBuiltPage();
const browser = await launchBrowser();
try {
  for (const picture of PICTURES) {
    for (const scheme of ["light", "dark"]) await take(browser, origin, picture, scheme);
  }
} finally {
  await browser.close();
  await server.close();
}
