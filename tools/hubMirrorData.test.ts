/** Data by its address and by its name on the Hub, from the local mirror. */
import { afterEach, expect, it } from "vitest";
import { fetchDataFile } from "@/data/sources/address";
import { listHubDataset, readHubRows, toHubName } from "@/data/sources/hubDataset";
import { startHubMirror, type HubMirror } from "./hubMirror.js";

const REPO = "tabtune/animals";

let mirror: HubMirror | null = null;
async function start(options: { gated?: string[] } = {}): Promise<string> {
  mirror = await startHubMirror({ datasets: { [REPO]: "fixtures/hubDataset" }, ...options });
  return mirror.url;
}
afterEach(async () => {
  await mirror?.close();
  mirror = null;
});

it("a file arrives whole, with how far it is", async () => {
  const url = `${await start()}/datasets/${REPO}/resolve/main/german/train.jsonl`;
  const seen: number[] = [];
  const bytes = await fetchDataFile(url, "train.jsonl", { onBytes: (done) => seen.push(done) });
  expect(new TextDecoder().decode(bytes)).toContain("Das ist die Spinne.");
  expect(seen.at(-1)).toBe(bytes.length);
});

it("a data set lists its parts with their rows and its license", async () => {
  expect(await listHubDataset(REPO, await start())).toEqual({
    repo: REPO,
    license: "cc0-1.0",
    parts: [
      { config: "default", split: "test", rowCount: 5 },
      { config: "default", split: "train", rowCount: 130 },
      { config: "german", split: "train", rowCount: 3 },
    ],
  });
});

it("a data set gives the first rows, page by page, and no more than there are", async () => {
  const hub = await start();
  const part = { repo: REPO, config: "default", split: "train" };
  const seen: string[] = [];
  const onRows = (done: number, total: number) => void seen.push(`${done}/${total}`);
  const { records, problems } = await readHubRows({ ...part, count: 500 }, hub, { onRows });
  expect(records).toHaveLength(130);
  expect(records.at(-1)).toMatchObject({ line: 130, value: { answer: "The rat is plum." } });
  expect(problems).toEqual([]);
  expect(seen).toEqual(["100/130", "130/130"]);
  expect((await readHubRows({ ...part, count: 7 }, hub)).records).toHaveLength(7);
  expect(toHubName({ ...part })).toBe(REPO);
  expect(toHubName({ ...part, config: "german", split: "test" })).toBe(`${REPO} (german, test)`);
});

it("a data set that is absent or behind a sign-in says which", async () => {
  const hub = await start({ gated: [REPO] });
  await expect(listHubDataset("tabtune/no", hub)).rejects.toMatchObject({ code: "data/not-found" });
  await expect(listHubDataset(REPO, hub)).rejects.toMatchObject({ code: "data/gated" });
});
