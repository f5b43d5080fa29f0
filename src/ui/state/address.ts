/** The page's address: which place is open, and every setting that is not the default. */
import { findConfigProblems, defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { FIELDS } from "@/core/runFields";

export const PLACES = ["data", "model", "train", "compare", "take-away"] as const;
export type Place = (typeof PLACES)[number];

export type Address = {
  place: Place;
  overrides: Partial<RunConfig>;
  /** Settings of the link that could not be used, as sentences. */
  problems: string[];
};

/** Reads `#/train?rank=8`; what cannot be used is left out and said. */
export function parseAddress(hash: string): Address {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const place = PLACES.find((name) => name === path) ?? "train";
  const overrides: Partial<RunConfig> = {};
  const problems: string[] = [];
  for (const [key, text] of new URLSearchParams(query)) {
    if (!isSetting(key)) continue;
    const value = parseSetting(key, text);
    const config = { ...defaultRunConfig(null), [key]: value };
    const problem = findConfigProblems(config)[key];
    if (problem) problems.push(problem);
    else Object.assign(overrides, { [key]: value });
  }
  return { place, overrides, problems };
}

/** The reverse of `parseAddress`. */
export function toHash(place: Place, overrides: Partial<RunConfig>): string {
  const query = new URLSearchParams();
  for (const key of Object.keys(FIELDS).filter(isSetting)) {
    const value = overrides[key];
    if (value === undefined) continue;
    query.set(key, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const text = query.toString();
  return text === "" ? `#/${place}` : `#/${place}?${text}`;
}

function isSetting(key: string): key is keyof RunConfig {
  return Object.hasOwn(FIELDS, key);
}

function parseSetting(key: keyof RunConfig, text: string): unknown {
  const { kind } = FIELDS[key];
  if (kind === "number") return text.trim() === "" ? NaN : Number(text);
  if (kind === "flag") return text === "true" ? true : text === "false" ? false : text;
  if (kind === "template") return parseTemplate(text);
  return text;
}

/** An own template stands in a link as JSON; what is none stays as it is, to be named as the fault. */
function parseTemplate(text: string): unknown {
  if (!text.startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
