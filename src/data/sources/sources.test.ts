import { afterEach, describe, expect, it, vi } from "vitest";
import { AppError, type ErrorCode } from "@/core/errors";
import { fetchDataFile, parseDataAddress } from "./address";
import { listHubDataset, readHubRows } from "./hubDataset";

const REPO = "tabtune/animals";

afterEach(() => void vi.useRealTimers());

async function codeOf(reading: Promise<unknown>): Promise<[ErrorCode, string]> {
  const thrown: unknown = await reading.catch((error: unknown) => error);
  if (!(thrown instanceof AppError)) throw new Error("no AppError was thrown", { cause: thrown });
  return [thrown.code, thrown.message];
}

const addressOf = (asked: RequestInfo | URL): string =>
  asked instanceof Request ? asked.url : asked.toString();

const answer = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status });

describe("an address", () => {
  it.each([
    ["tatsu-lab/alpaca", { kind: "hub", repo: "tatsu-lab/alpaca" }],
    [" datasets/squad ", { kind: "hub", repo: "squad" }],
    ["https://huggingface.co/datasets/a/b/viewer/x", { kind: "hub", repo: "a/b" }],
    [
      "https://huggingface.co/datasets/a/b/blob/main/x%20y.jsonl",
      {
        kind: "url",
        url: "https://huggingface.co/datasets/a/b/resolve/main/x%20y.jsonl",
        name: "x y.jsonl",
      },
    ],
    ["http://a.example/", { kind: "url", url: "http://a.example/", name: "a.example" }],
    ["two words", { kind: "unknown" }],
    ["javascript:alert(1)", { kind: "unknown" }],
    ["", { kind: "unknown" }],
  ])("%s", (text, expected) => {
    expect(parseDataAddress(text)).toEqual(expected);
  });
});

describe("a file by its address", () => {
  it("that is absent, secret, too large or no file is refused with what to do", async () => {
    const url = "https://a.example/x.csv";
    const get = (response: Response) =>
      codeOf(fetchDataFile(url, "x.csv", { fetch: () => Promise.resolve(response) }));
    expect((await get(answer(404, {})))[0]).toBe("data/not-found");
    expect((await get(answer(403, {})))[0]).toBe("data/gated");
    expect((await get(answer(500, {})))[1]).toContain("HTTP 500");
    const page = new Response("<html>", {
      headers: { "content-type": "text/html; charset=utf-8" },
    });
    expect((await get(page))[1]).toContain("is a web page, not a file");
    const large = new Response("x", { headers: { "content-length": "60000000" } });
    expect(await get(large)).toEqual(["data/too-large", expect.stringContaining("57.2 MB")]);
  });

  it("that cannot be reached says both reasons that there can be", async () => {
    const reading = fetchDataFile("http://127.0.0.1:9/x.csv", "x.csv");
    const [code, message] = await codeOf(reading);
    expect(code).toBe("data/unreachable");
    expect(message).toMatch(/127\.0\.0\.1:9 could not be reached\..* no way.* CORS/);
  });
});

describe("a data set of the Hub", () => {
  it("without rows, or with strange answers, says the viewer's own reason", async () => {
    const fetchOf = (viewer: Response) => (url: RequestInfo | URL) =>
      Promise.resolve(addressOf(url).includes("/api/") ? answer(200, {}) : viewer.clone());
    const list = (viewer: Response) =>
      codeOf(listHubDataset(REPO, "https://huggingface.co", { fetch: fetchOf(viewer) }));
    const script = await list(answer(501, { error: "It has a script." }));
    expect(script[0]).toBe("data/unreachable");
    expect(script[1]).toMatch(/“It has a script\.”, HTTP 501.*copy the address/);
    expect((await list(answer(200, { size: 3 })))[1]).toContain("another form");
    expect((await list(new Response("soon")))[1]).toContain("not JSON");
  });

  it("whose cells are cut has problems in their place, and a busy viewer is asked again", async () => {
    vi.useFakeTimers();
    const rows = [
      { row_idx: 0, row: { text: "a" }, truncated_cells: [] },
      { row_idx: 1, row: { text: "b" }, truncated_cells: ["text"] },
    ];
    const answers = [answer(503, {}), answer(200, { num_rows_total: 2, rows })];
    const doFetch = vi.fn((url: RequestInfo | URL) => {
      expect(addressOf(url)).toMatch(/^https:\/\/datasets-server\.huggingface\.co\/rows\?dataset=/);
      return Promise.resolve(answers.shift() as Response);
    });
    const wanted = { repo: REPO, config: "default", split: "train", count: 10 };
    const reading = readHubRows(wanted, "https://huggingface.co", { fetch: doFetch });
    await vi.runAllTimersAsync();
    expect(await reading).toEqual({
      records: [{ line: 1, value: { text: "a" } }],
      problems: [{ line: 2, reason: 'The Hub gives only the beginning of "text".' }],
    });
    expect(doFetch).toHaveBeenCalledTimes(2);
  });
});
