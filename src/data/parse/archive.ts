/** What the files of a ZIP archive are together: a Slack export, a ChatGPT export, or data files. */
import { isObject, type DataRecord, type ParsedRecords } from "./records";

/** Files of the archive that could be data. */
export const isDataName = (path: string): boolean =>
  !/(?:^|\/)(?:\.|__MACOSX\/)/.test(path) &&
  /\.(?:jsonl?|ndjson|csv|tsv|parquet|txt|md|markdown|gz)$/i.test(path);

/** Why an archive gives no records, by the names of all that it holds. */
export function explainNoData(name: string, paths: readonly string[]): string {
  const holds = (folder: string): boolean => paths.some((path) => path.startsWith(folder));
  if (holds("xl/")) return `${name} is an Excel workbook. Save its sheet as CSV and drop that.`;
  if (holds("word/")) return `${name} is a Word document. Save it as plain text and drop that.`;
  const archive = `By its first bytes ${name} is a ZIP archive`;
  if (paths.length === 0) {
    return `${archive}, but no file could be found in it: it is empty or breaks off. Fetch it again.`;
  }
  const more = paths.length > 8 ? ` and ${paths.length - 8} more` : "";
  return (
    `${archive}. It holds ${paths.slice(0, 8).join(", ")}${more}: none of these is a data file. ` +
    "Unpack it and drop the file with the examples."
  );
}

const isProse = (path: string): boolean => /\.(?:txt|md|markdown)$/i.test(path);

/** The files to read as data: prose only where there is nothing else, and never a README or a license. */
export function chooseDataFiles(paths: readonly string[]): string[] {
  const conversations = paths.filter((path) => /(?:^|\/)conversations\.json$/.test(path));
  // ChatGPT's export has account files beside its conversations.
  if (conversations.length > 0) return conversations;
  const tables = paths.filter((path) => !isProse(path));
  if (tables.length > 0) return tables;
  return paths.filter((path) => !/(?:^|\/)(?:readme|licen[cs]e|changelog)\b[^/]*$/i.test(path));
}

/** Slack's export has a folder for each channel, in it a file for each day. */
const SLACK_DAY = /(?:^|\/)([^/]+)\/\d{4}-\d{2}-\d{2}\.json$/;

export const isSlackExport = (paths: readonly string[]): boolean =>
  paths.some((path) => /(?:^|\/)users\.json$/.test(path)) &&
  paths.some((path) => SLACK_DAY.test(path));

/** A file's name and what was read of it. */
export type ParsedFile = { path: string; parsed: ParsedRecords };

/**
 * Messages of all channels, with their channel and the name of who wrote them; a mention <@U1> gets
 * its name as Slack itself writes it: <@U1|ann>.
 */
export function joinSlack(files: readonly ParsedFile[]): ParsedRecords {
  const names = new Map<string, string>();
  for (const { path, parsed } of files) {
    if (!/(?:^|\/)users\.json$/.test(path)) continue;
    for (const { value } of parsed.records) {
      const name = readName(value);
      if (typeof value["id"] === "string" && name !== "") names.set(value["id"], name);
    }
  }
  const days = files.filter(({ path }) => SLACK_DAY.test(path));
  days.sort((a, b) => (a.path < b.path ? -1 : 1));
  return joinFiles(days, (value, path) => {
    const { user, text } = value;
    const message: Record<string, unknown> = { ...value, channel: SLACK_DAY.exec(path)?.[1] ?? "" };
    if (typeof user === "string" && names.has(user)) message["user_name"] = names.get(user);
    if (typeof text === "string") {
      message["text"] = text.replace(/<@(\w+)>/g, (whole, id: string) => {
        const name = names.get(id);
        return name === undefined ? whole : `<@${id}|${name}>`;
      });
    }
    return message;
  });
}

function readName(user: Record<string, unknown>): string {
  const profile = isObject(user["profile"]) ? user["profile"] : {};
  const names = [profile["display_name"], user["name"], user["real_name"], profile["real_name"]];
  return names.find((name): name is string => typeof name === "string" && name !== "") ?? "";
}

/** The records of several files, each with its file's name where there is more than one. */
export function joinFiles(
  files: readonly ParsedFile[],
  change: (value: DataRecord["value"], path: string) => DataRecord["value"] = (value) => value,
): ParsedRecords {
  const isOne = files.length === 1;
  const records = files.flatMap(({ path, parsed }) =>
    parsed.records.map((record): DataRecord => {
      const { line, file } = record;
      const inner = file === undefined ? path : `${path}/${file}`;
      return { line, value: change(record.value, path), ...(isOne ? {} : { file: inner }) };
    }),
  );
  const problems = files.flatMap(({ path, parsed }) =>
    parsed.problems.map(({ line, reason }) => ({
      line,
      reason: isOne ? reason : `${path}: ${reason}`,
    })),
  );
  const notes = files.flatMap(({ path, parsed }) =>
    (parsed.notes ?? []).map((note) => ({
      ...note,
      text: isOne ? note.text : `${path}: ${note.text}`,
    })),
  );
  return { records, problems, notes };
}
