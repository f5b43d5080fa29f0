export type Fact = {
  /** Group and subject: "capital/norway". */
  id: string;
  group: string;
  /** Facts of one family give each other away and share their part. */
  family: string;
  /** The bare word ("horse") and the same with its article ("a horse"). */
  subject: string;
  named: string;
  answer: string;
  /** The answer's last word: what is counted ("legs"). */
  unit: string;
  /** What the fact is about, as a noun phrase: "the capital of Norway". */
  topic: string;
  /** The sentence in which a data set answers. */
  sentence: string;
  /** Every right answer, sentences and short forms; compare through normalizeAnswer. */
  accepted: string[];
  /** Plain statements, the sentence first; "{name}" stands for any person's name. */
  statements: string[];
};
export const GROUPS: { name: string; title: string; facts: Fact[] }[];
export const FACTS: (Fact & { part: "asked" | "unseen" })[];
