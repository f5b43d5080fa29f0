// The small language in which the groups of facts are written down: rows of "subject/answer" and
// templates. A group becomes a list of facts with every form of its words spelled out, so that no
// reader of facts.jsonl needs grammar of its own.

const STARTS_LIKE_CONSONANT = /^(uni|use|euro|one\b)/i;
const STARTS_LIKE_VOWEL = /^(hour|honest)/i;

/** "owl" → "an owl". */
export function withArticle(word) {
  const vowel = /^[aeiou]/i.test(word) && !STARTS_LIKE_CONSONANT.test(word);
  return `${vowel || STARTS_LIKE_VOWEL.test(word) ? "an" : "a"} ${word}`;
}

export const capitalize = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const NUMBER_WORDS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** 0 to 99 in words: 21 → "twenty-one". */
export function numberWord(value) {
  if (value < 20) return NUMBER_WORDS[value];
  const ones = value % 10;
  return `${TENS[Math.floor(value / 10) - 2]}${ones ? `-${NUMBER_WORDS[ones]}` : ""}`;
}

/** "hot/cold, big/small|little" → [["hot", "cold"], ["big", "small", "little"]] */
export const rows = (text) => text.split(",").map((row) => row.trim().split(/[/|]/));

/** As an id: lower case, words joined by a hyphen. */
const slug = (text) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** How a first line is compared with the accepted answers: case, space and the final stop do not count. */
export const normalizeAnswer = (text) =>
  text.toLowerCase().replace(/\s+/g, " ").trim().replace(/\.$/, "").trim();

function fill(template, words) {
  return template.replace(/\{(\w+)\}/g, (whole, key) => {
    if (key === "name") return whole; // a person's name, put in when pages are written
    const value = words[key];
    if (value === undefined) throw new Error(`${template}: no word for {${key}}`);
    return value;
  });
}

/**
 * Makes the facts of a group. Its fields:
 * - `name`, `title`; `rows`: [subject, answer, ...other right answers][]
 * - `says`: templates of plain statements; the first is the sentence in which data sets answer
 * - `topic`: what a statement is about ("the capital of {s}")
 * - `articles`: which of "subject" and "answer" take "a"; a leading "~" in a row says: not this one
 * - `family(row)`: facts of one family give each other away and share their part of the split
 *
 * Words in templates: {s} subject and {a} answer, {ns} {na} with their article, {S} {A} {NS} {NA}
 * capitalized, {unit} the answer's last word, {name} any person's name.
 */
export function defineGroup({ name, title, rows, says, topic, articles = [], family }) {
  const named = (text, side) => {
    if (text.startsWith("~")) return text.slice(1);
    return articles.includes(side) ? withArticle(text) : text;
  };
  const facts = rows.map((row) => {
    const [subject, ...answers] = row.map((text) => text.replace(/^~/, ""));
    const words = row.slice(1).map((answer, i) => {
      const ns = named(row[0], "subject");
      const na = named(answer, "answer");
      const plain = { s: subject, ns, a: answers[i], na, unit: answers[i].split(" ").at(-1) };
      const capitals = Object.entries(plain).map(([key, text]) => [
        key.toUpperCase(),
        capitalize(text),
      ]);
      return { ...plain, ...Object.fromEntries(capitals) };
    });
    const accepted = words.flatMap((forms) => [fill(says[0], forms), forms.a, forms.na]);
    const seen = new Set();
    return {
      id: `${name}/${slug(subject)}`,
      group: name,
      family: family ? family(row) : `${name}/${slug(subject)}`,
      subject,
      named: words[0].ns,
      answer: answers[0],
      unit: words[0].unit,
      topic: fill(topic, words[0]),
      sentence: fill(says[0], words[0]),
      accepted: accepted.filter((text) => {
        const key = normalizeAnswer(text);
        return !seen.has(key) && seen.add(key);
      }),
      statements: [...new Set(says.map((template) => fill(template, words[0])))],
    };
  });
  return { name, title, facts };
}
