/** What a person gave as the place of data on the web: the address of a file, or a data set's name. */
import { AppError } from "@/core/errors";
import { readBytes, refused, request, type Asking } from "./request";

export type DataAddress =
  { kind: "url"; url: string; name: string } | { kind: "hub"; repo: string } | { kind: "unknown" };

const NAME = /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)?$/;

/** The host in front of Hugging Face's addresses, also of the short form. */
const HUB_HOSTS = ["huggingface.co", "www.huggingface.co", "hf.co"];

/** A page of the Hub is what it shows: a data set's page its name, a file's page the file. */
export function parseDataAddress(text: string): DataAddress {
  const given = text.trim();
  if (!/^https?:\/\//i.test(given)) {
    const repo = given.replace(/^datasets\//, "");
    return NAME.test(repo) && repo.length <= 96 ? { kind: "hub", repo } : { kind: "unknown" };
  }
  if (!URL.canParse(given)) return { kind: "unknown" };
  const url = new URL(given);
  const [datasets, owner, name, view] = url.pathname.split("/").slice(1);
  if (HUB_HOSTS.includes(url.host) && datasets === "datasets" && owner && name) {
    if (view !== "resolve" && view !== "blob") return { kind: "hub", repo: `${owner}/${name}` };
    url.pathname = url.pathname.replace("/blob/", "/resolve/");
  }
  const file = decodeSafely(url.pathname.split("/").at(-1) ?? "");
  return { kind: "url", url: url.href, name: file === "" ? url.host : file };
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A file's bytes. Throws `data/not-found`, `data/gated`, `data/unreachable`, `data/too-large`, `data/unreadable`. */
export async function fetchDataFile(
  url: string,
  name: string,
  asking: Asking = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(url, asking);
  if (!response.ok) {
    await response.body?.cancel();
    throw refused(name, response);
  }
  if (/^text\/html\b/i.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    const message = `${url} is a web page, not a file. Copy the address of its download link.`;
    throw new AppError("data/unreadable", message, { url });
  }
  return readBytes(response, name, asking);
}
