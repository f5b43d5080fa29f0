// The Hub's and its viewer's answers about data sets, for hubMirror.js: whether one is there, how many
// rows its parts have, and those rows. On the real Hub the viewer has a host of its own.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** As many rows as the real viewer gives at once. */
const MAX_ROWS = 100;

/** Null for a path that is not about a data set; else a body, a file, or a refusal with its code. */
export function answerAboutDataset(path, query, datasets, gated) {
  const about = /^\/api\/datasets\/(.+)$/.exec(path);
  const viewer = /^\/datasets-server\/(size|rows)$/.exec(path);
  const file = /^\/datasets\/(.+?)\/resolve\/main\/([\w-]+\/[\w-]+\.jsonl)$/.exec(path);
  const repo = about?.[1] ?? file?.[1] ?? (viewer && query.get("dataset"));
  if (!repo) return null;
  const folder = Object.hasOwn(datasets, repo) ? datasets[repo] : undefined;
  if (!folder) return { status: 401, refusal: "RepoNotFound" };
  const isGated = gated.includes(repo);
  if (about) return { status: 200, body: { id: repo, gated: isGated && "manual", tags: TAGS } };
  if (isGated) return { status: 401, refusal: "GatedRepo" };
  if (file) {
    const found = join(folder, file[2]);
    return existsSync(found) ? { file: found } : { status: 404, refusal: "EntryNotFound" };
  }
  const parts = readParts(folder);
  return viewer[1] === "size" ? sizeOf(parts) : rowsOf(parts, query);
}

const TAGS = ["task_categories:question-answering", "license:cc0-1.0"];

function readParts(folder) {
  return readdirSync(folder).flatMap((config) =>
    readdirSync(join(folder, config)).map((name) => {
      const lines = readFileSync(join(folder, config, name), "utf8")
        .trim()
        .split("\n");
      return { config, split: name.replace(/\.jsonl$/, ""), rows: lines.map(JSON.parse) };
    }),
  );
}

function sizeOf(parts) {
  const splits = parts.map(({ config, split, rows }) => ({ config, split, num_rows: rows.length }));
  return { status: 200, body: { size: { splits }, pending: [], failed: [], partial: false } };
}

function rowsOf(parts, query) {
  const part = parts.find(
    ({ config, split }) => config === query.get("config") && split === query.get("split"),
  );
  const [offset, length] = ["offset", "length"].map((key) => Number(query.get(key)));
  if (!part || length > MAX_ROWS) {
    return {
      status: 422,
      body: { error: part ? "Parameter 'length' must be ≤ 100" : "No such split" },
    };
  }
  const rows = part.rows.slice(offset, offset + length).map((row, i) => {
    return { row_idx: offset + i, row, truncated_cells: [] };
  });
  return {
    status: 200,
    body: { features: [], rows, num_rows_total: part.rows.length, num_rows_per_page: MAX_ROWS },
  };
}
