/**
 * Data sets of Hugging Face by name: what parts one has, and the first rows of one of them. The Hub
 * says whether it is there and who may read it; its viewer (https://huggingface.co/docs/dataset-viewer)
 * counts the rows of each part and gives them, 100 at a time.
 */
import * as v from "valibot";
import { AppError } from "@/core/errors";
import type { DataProblem } from "../conversation";
import { MAX_FILE_BYTES } from "../parse/decodeText";
import type { DataRecord, ParsedRecords } from "../parse/records";
import { readBytes, refused, request, type Asking } from "./request";

/** A configuration and a split, as the Hub calls the parts of a data set. */
export type HubPart = { config: string; split: string; rowCount: number };

export type HubDataset = {
  repo: string;
  /** As its card names it; "" where it says nothing. */
  license: string;
  parts: HubPart[];
};

export type HubRows = { repo: string; config: string; split: string; count: number };

/** Most rows taken at once: a hundred requests. */
export const MAX_HUB_ROWS = 10_000;

const PAGE_ROWS = 100;

const repoSchema = v.object({
  gated: v.optional(v.union([v.boolean(), v.string()]), false),
  tags: v.optional(v.array(v.string()), []),
});

const sizeSchema = v.object({
  size: v.object({
    splits: v.array(v.object({ config: v.string(), split: v.string(), num_rows: v.number() })),
  }),
});

const rowsSchema = v.object({
  num_rows_total: v.number(),
  rows: v.array(
    v.object({
      row_idx: v.number(),
      row: v.record(v.string(), v.unknown()),
      truncated_cells: v.optional(v.array(v.string()), []),
    }),
  ),
});

/** A part of a data set as a name: the usual configuration and split are not mentioned. */
export function toHubName({ repo, config, split }: Omit<HubRows, "count">): string {
  const named = [config === "default" ? "" : config, split === "train" ? "" : split];
  const part = named.filter((text) => text !== "").join(", ");
  return part === "" ? repo : `${repo} (${part})`;
}

/** Throws `data/not-found`, `data/gated`, `data/unreachable`. */
export async function listHubDataset(
  repo: string,
  hubUrl: string,
  asking: Asking = {},
): Promise<HubDataset> {
  const about = await askHub(repo, hubUrl, asking);
  const { size } = await askViewer(repo, hubUrl, "size", { dataset: repo }, sizeSchema, asking);
  const parts = size.splits.map(({ config, split, num_rows }) => {
    return { config, split, rowCount: num_rows };
  });
  if (parts.length === 0) throw notReady(repo, "it lists no part with rows");
  const tag = about.tags.find((text) => text.startsWith("license:")) ?? "";
  return { repo, license: tag.slice("license:".length), parts };
}

/**
 * The first rows of a part, as records; `line` is a row's number from 1. A row of which the viewer cut a
 * cell is a problem: half a text must not be learned. Throws as `listHubDataset`, and `data/too-large`.
 */
export async function readHubRows(
  { repo, config, split, count }: HubRows,
  hubUrl: string,
  { onRows, ...asking }: Asking & { onRows?: (done: number, total: number) => void } = {},
): Promise<ParsedRecords> {
  const records: DataRecord[] = [];
  const problems: DataProblem[] = [];
  let wanted = Math.min(count, MAX_HUB_ROWS);
  let byteCount = 0;
  for (let offset = 0; offset < wanted; offset += PAGE_ROWS) {
    const length = Math.min(PAGE_ROWS, wanted - offset);
    const onBytes = (done: number): void => checkSize(byteCount + done, offset);
    const query = { dataset: repo, config, split, offset, length };
    const viewer = { ...asking, onBytes, onEnd: (bytes: number) => void (byteCount += bytes) };
    const page = await askViewer(repo, hubUrl, "rows", query, rowsSchema, viewer);
    for (const { row_idx, row, truncated_cells } of page.rows) {
      const line = row_idx + 1;
      const [cut] = truncated_cells;
      if (cut === undefined) records.push({ line, value: row });
      else problems.push({ line, reason: `The Hub gives only the beginning of "${cut}".` });
    }
    wanted = Math.min(wanted, page.num_rows_total);
    onRows?.(Math.min(offset + length, wanted), wanted);
    if (page.rows.length === 0) break;
  }
  return { records, problems };
}

function checkSize(byteCount: number, rowCount: number): void {
  if (byteCount <= MAX_FILE_BYTES) return;
  const limit = MAX_FILE_BYTES / 2 ** 20;
  const message = `These rows have more than ${limit} MB: it was reached after row ${rowCount}. Take fewer rows.`;
  throw new AppError("data/too-large", message, { rows: rowCount });
}

/** The Hub itself is asked first: only it tells what is absent from what is behind a sign-in. */
async function askHub(repo: string, hubUrl: string, asking: Asking) {
  const response = await request(`${hubUrl}/api/datasets/${repo}`, asking);
  if (!response.ok) {
    await response.body?.cancel();
    const { host } = new URL(hubUrl);
    // It answers a stranger so for what is not there, and for what is private.
    const isAbsent =
      response.status === 404 || response.headers.get("x-error-code") === "RepoNotFound";
    if (!isAbsent && response.status !== 401) throw refused(`the data set ${repo}`, response);
    const message = `${host} has no public data set ${repo}. Names are owner/name, letter by letter.`;
    throw new AppError("data/not-found", message, { repo });
  }
  const about = parse(repoSchema, await readJson(response, repo, asking), repo);
  if (about.gated !== false) {
    const message = `The owner of ${repo} gives it only to people who signed in and agreed to terms.`;
    throw new AppError("data/gated", message, { repo });
  }
  return about;
}

/** The viewer has a host of its own beside the Hub; a mirror has it in a folder. */
function viewerUrl(hubUrl: string): string {
  const isHub = new URL(hubUrl).host === "huggingface.co";
  return isHub ? "https://datasets-server.huggingface.co" : `${hubUrl}/datasets-server`;
}

/** Pauses before a request is made again, in ms: the viewer is often busy for a moment. */
const RETRY_AFTER_MS = [1000, 3000, 9000];

type ViewerAsking = Asking & { onEnd?: (byteCount: number) => void };

async function askViewer<T>(
  repo: string,
  hubUrl: string,
  endpoint: "size" | "rows",
  query: Record<string, string | number>,
  schema: v.GenericSchema<unknown, T>,
  asking: ViewerAsking,
): Promise<T> {
  const entries = Object.entries(query).map(([key, value]) => [key, String(value)]);
  const url = `${viewerUrl(hubUrl)}/${endpoint}?${new URLSearchParams(entries)}`;
  for (let attempt = 0; ; attempt++) {
    const response = await request(url, asking);
    if (response.ok) return parse(schema, await readJson(response, repo, asking), repo);
    const { status } = response;
    const wait = RETRY_AFTER_MS[attempt];
    const isBusy = status === 429 || status === 502 || status === 503;
    if (isBusy && wait !== undefined) {
      await response.body?.cancel();
      await pause(wait, asking.signal);
      continue;
    }
    if (status === 429) throw refused(`the rows of ${repo}`, response);
    throw notReady(repo, await readReason(response));
  }
}

/** What the viewer says of a data set that it cannot show, such as one that is made by a script. */
async function readReason(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => null);
  const result = v.safeParse(v.object({ error: v.string() }), answer);
  const said = result.success ? `“${result.output.error.slice(0, 300)}”, ` : "";
  return `its viewer answers ${said}HTTP ${response.status}`;
}

function notReady(repo: string, reason: string): AppError {
  const message =
    `The rows of ${repo} cannot be listed: ${reason}. ` +
    "Open its files on Hugging Face, copy the address of one, and give that here.";
  return new AppError("data/unreachable", message, { repo });
}

async function readJson(response: Response, repo: string, asking: ViewerAsking): Promise<unknown> {
  const bytes = await readBytes(response, `The answer about ${repo}`, asking);
  asking.onEnd?.(bytes.length);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    throw notReady(repo, "the answer is not JSON");
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, answer: unknown, repo: string): T {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw notReady(repo, `the answer has another form than expected (${issue.message})`);
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
