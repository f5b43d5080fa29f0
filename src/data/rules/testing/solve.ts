/** The answer of every kind of task, worked out from its text alone and another way than its generator does. */
import { CLASSES, MONTHS, NAMES, PLACES, VERBS, WEEKDAYS } from "../words";

type Gaps = Readonly<Record<string, string>>;
type Solve = (text: string, gaps: Gaps) => string;

const VOWELS = "aeiou";
const items = (text: string): string[] => text.split(", ");
const andItems = (text: string): string[] => text.split(/, | and /);
const numbersOf = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
const gap = (gaps: Gaps, key: string): string => gaps[key] ?? `no ${key}`;
const smaller = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 32);
const larger = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 32);
const bigFirst = (word: string): string => word.replace(/^[a-z]/, larger);

/** Insertion sort, so that the order does not come from where the generator has it. */
function sortBy<T>(list: readonly T[], isBefore: (a: T, b: T) => boolean): T[] {
  const out: T[] = [];
  for (const item of list) {
    const at = out.findIndex((other) => isBefore(item, other));
    out.splice(at < 0 ? out.length : at, 0, item);
  }
  return out;
}

/** Days since 1970 by the calendar of the machine. */
const toDate = (text: string): Date => new Date(`${text} UTC`);

const RUN_PLURAL: Record<string, string> = { potato: "potatoes" };

function pluralOf(word: string): string {
  if (RUN_PLURAL[word]) return RUN_PLURAL[word];
  const last = word.slice(-1);
  const before = word.slice(-2, -1);
  if (last === "y" && !VOWELS.includes(before)) return `${word.slice(0, -1)}ies`;
  const hisses = ["s", "x"].includes(last) || ["ch", "sh"].includes(word.slice(-2));
  return word + (hisses ? "es" : "s");
}

/** English number words read as a number: the way back. */
export function readNumberWords(words: string): number {
  const ones =
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
      " ",
    );
  const tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
  let sum = 0;
  for (const word of words.split(/[ -]/)) {
    if (word === "hundred") sum *= 100;
    else sum += ones.includes(word) ? ones.indexOf(word) : 10 * tens.indexOf(word);
  }
  return sum;
}

/** NAME VERB REST of a plain sentence. */
function partsOf(text: string): { name: string; base: string; participle: string; rest: string } {
  const [name = "", past = "", ...rest] = text.slice(0, -1).split(" ");
  const verb = VERBS.find((one) => one.past === past);
  return { name, base: "?", participle: "?", ...verb, rest: rest.join(" ") };
}

const listOf = (text: string): string[] => andItems(text);
const told = (text: string): Record<string, string | number> =>
  Object.fromEntries(
    listOf(text).map((part) => {
      const [key = "", value = ""] = part.split(" is ");
      return [key, /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
/** JSON with a space behind each colon and comma. */
const toSpaced = (value: unknown): string =>
  JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "');

export const SOLVE: Readonly<Record<string, Solve>> = {
  "spell-backwards": (text) => text.split("").reduce((done, letter) => letter + done, ""),
  "count-letters": (text) => String(text.match(/[a-z]/g)?.length),
  "letter-at": (text, gaps) =>
    text.slice(["first", "second", "third", "fourth"].indexOf(gap(gaps, "place"))).slice(0, 1),
  "count-one-letter": (text, gaps) =>
    String([...text].filter((letter) => letter === gap(gaps, "letter")).length),
  "without-vowels": (text) => [...text].filter((letter) => !VOWELS.includes(letter)).join(""),
  "spell-out": (text) => text.replace(/(?<=.)(?=.)/g, "-"),
  plural: (text) => items(text).map(pluralOf).join(", "),
  repeat: (text, gaps) => {
    const times = { two: 2, three: 3, four: 4 }[gap(gaps, "times")] ?? 0;
    return `${text} `.repeat(times).trim();
  },
  "reverse-list": (text) =>
    items(text).reduce((done, word) => (done ? `${word}, ${done}` : word), ""),
  "item-at": (text, gaps) =>
    items(text).at(
      ["first", "second", "third", "fourth", "fifth", "sixth"].indexOf(gap(gaps, "place")),
    ) ?? "",
  "count-items": (text) => String(text.split(",").length),
  "remove-repeats": (text) =>
    items(text)
      .filter((word, i, all) => all.indexOf(word) === i)
      .join(", "),
  "longest-item": (text) =>
    items(text).reduce((best, word) => (word.length > best.length ? word : best), ""),
  "missing-item": (text, gaps) =>
    andItems(gap(gaps, "whole")).find((word) => !items(text).includes(word)) ?? "",
  "add-item": (text, gaps) => `${text}, ${gap(gaps, "item")}`,
  add: (text) => String(numbersOf(text).reduce((sum, number) => sum + number, 0)),
  subtract: (text) => {
    const [a = NaN, b = NaN] = numbersOf(text);
    return String(-(b - a));
  },
  multiply: (text) => {
    const [a = NaN, b = NaN] = numbersOf(text);
    return String(Array.from({ length: a }, () => b).reduce((sum, one) => sum + one, 0));
  },
  compare: (text) => {
    const [a = NaN, b = NaN] = numbersOf(text);
    return (text.includes("greater") ? a - b : b - a) > 0 ? "Yes." : "No.";
  },
  largest: (text) => String(sortBy(numbersOf(text), (a, b) => a > b)[0]),
  sequence: (text) => {
    const row = numbersOf(text);
    const [third = NaN, fourth = NaN] = row.slice(2);
    return String(2 * fourth - third);
  },
  "iso-date": (text) => toDate(text).toISOString().slice(0, 10),
  "weekday-after": (text, gaps) => {
    const days = Number(/\d+/.exec(gap(gaps, "count"))?.[0] ?? 1);
    // 5 January 1970 was a Monday.
    const at = Date.UTC(1970, 0, 5 + WEEKDAYS.indexOf(text) + days);
    return new Date(at).toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" });
  },
  "days-of-month": (text) => {
    const [month = "", year = ""] = text.split(" ");
    return String(new Date(Date.UTC(Number(year), MONTHS.indexOf(month) + 1, 0)).getUTCDate());
  },
  "clock-24": (text) => toDate(`1970-01-01 ${text}`).toISOString().slice(11, 16),
  "time-later": (text, gaps) => {
    const [, minutes = "", word] = /(\d+) minutes (\w+)/.exec(gap(gaps, "span")) ?? [];
    const offset = Number(minutes) * 60_000 * (word === "after" ? 1 : -1);
    return new Date(toDate(`1970-01-02 ${text}`).getTime() + offset).toISOString().slice(11, 16);
  },
  "sort-words": (text) => sortBy(items(text), (a, b) => a < b).join(", "),
  "sort-numbers": (text) => sortBy(numbersOf(text), (a, b) => a < b).join(", "),
  "sort-down": (text) => sortBy(numbersOf(text), (a, b) => a > b).join(", "),
  "sort-by-length": (text) => sortBy(items(text), (a, b) => a.length < b.length).join(", "),
  "sort-by-age": (text) =>
    sortBy(items(text.slice(0, -1)), (a, b) => (numbersOf(a)[0] ?? 0) < (numbersOf(b)[0] ?? 0))
      .map((one) => one.replace(/ is \d+/, ""))
      .join(", "),
  capitals: (text) => text.replace(/[a-z]/g, larger),
  "small-letters": (text) => text.replace(/[A-Z]/g, smaller),
  "title-case": (text) => text.replace(/\b[a-z]/g, larger),
  "camel-case": (text) => text.replace(/ ([a-z])/g, (_, letter: string) => larger(letter)),
  bullets: (text) => `- ${andItems(text).join("\n- ")}`,
  numbered: (text) =>
    andItems(text)
      .reduce((done, word, i) => `${done}\n${i + 1}. ${word}`, "")
      .trim(),
  underscores: (text) => text.replaceAll(" ", "_"),
  thousands: (text) => text.replace(/\B(?=(\d{3})+$)/g, ","),
  dollars: (text) => `$${text.padStart(3, "0").replace(/(\d\d)$/, ".$1")}`,
  "last-name-first": (text) => text.replace(/^(.*) (\S+)$/, "$2, $1"),
  "find-number": (text) => String(numbersOf(text)[0]),
  "find-person": (text) => NAMES.find((name) => text.split(" ").includes(name)) ?? "",
  "find-place": (text) => PLACES.find((place) => text.endsWith(` in the ${place}.`)) ?? "",
  "find-email": (text) => text.split(" ").find((word) => word.includes("@")) ?? "",
  "find-quote": (text) => text.split('"')[1] ?? "",
  "class-of": (text, gaps) =>
    items(gap(gaps, "classes")).find((name) => CLASSES[name]?.includes(text)) ?? "",
  "odd-one-out": (text) => {
    const classOf = (word: string) =>
      Object.entries(CLASSES).find(([, all]) => all.includes(word))?.[0];
    const classes = items(text).map(classOf);
    return (
      items(text).find((_, i) => classes.filter((one) => one === classes[i]).length === 1) ?? ""
    );
  },
  "odd-or-even": (text) => ("02468".includes(text.slice(-1)) ? "Even." : "Odd."),
  "sort-of-sentence": (text) =>
    ({ "?": "Question.", ".": "Statement.", "!": "Exclamation." })[text.slice(-1)] ?? "",
  feeling: (text) => (/\b(love|beautiful|happy|wonderful)\b/.test(text) ? "Good." : "Bad."),
  "to-question": (text) => {
    const { name, base, rest } = partsOf(text);
    return `Did ${name} ${base} ${rest}?`;
  },
  negate: (text) => {
    const { name, base, rest } = partsOf(text);
    return `${name} did not ${base} ${rest}.`;
  },
  passive: (text) => {
    const { name, participle, rest } = partsOf(text);
    const be = rest.includes(" and ") ? "were" : "was";
    return `${bigFirst(rest)} ${be} ${participle} by ${name}.`;
  },
  "replace-word": (text, gaps) =>
    text.replace(new RegExp(`\\b${gap(gaps, "old")}\\b`, "g"), gap(gaps, "new")),
  "who-else": (text, gaps) => text.replace(/^\S+/, gap(gaps, "other")),
  "to-json": (text) => toSpaced(told(text)),
  "json-value": (text, gaps) =>
    String((JSON.parse(text) as Record<string, unknown>)[gap(gaps, "key")]),
  "json-list": (text) => toSpaced(listOf(text)),
  "json-keys": (text) => [...text.matchAll(/"(\w+)":/g)].map(([, key]) => key).join(", "),
  "json-change": (text, gaps) => text.replace(/"age": \d+/, `"age": ${gap(gaps, "age")}`),
};
