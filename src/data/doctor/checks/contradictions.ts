import { leaveOut, type Check, type Found } from "../check";
import { placeOf } from "../place";
import type { Sample } from "../sample";
import { contradicts } from "../twins/contradicts";
import { quote } from "../text";

/** Records with one question that are compared with each other. */
const MOST_COMPARED = 50;

export const CONTRADICTIONS: Check = {
  id: "contradictions",
  title: "Contradictory answers",
  why: "At most one of them is right, and the model learns to guess between them.",
  severity: "mend",
  advice: "",
  *find({ samples }) {
    const byQuestion = new Map<string, Sample[]>();
    for (const sample of samples) {
      if (sample.question === "" || isOpen(sample.question)) continue;
      const group = byQuestion.get(sample.question);
      if (group) group.push(sample);
      else byQuestion.set(sample.question, [sample]);
    }
    yield 0;
    const found: Found[] = [];
    for (const group of byQuestion.values()) {
      if (group.length < 2) continue;
      found.push(...findInGroup(group.slice(0, MOST_COMPARED)));
      yield 0;
    }
    return found.sort((a, b) => a.line - b.line);
  },
  remedy: leaveOut,
};

/** "Name three fruits" has many right answers, and so has a rhyme. */
const isOpen = (question: string): boolean =>
  /\b(?:synonyms?|antonyms?|rhymes?|another word|some|any|another|example|examples|random|story|poem|joke|list)\b|\b(?:name|list|give|find|tell|say|think of|write|suggest|make up)\b.{0,20}\b(?:an?|one|two|three|four|five|\d+)\b/.test(
    question,
  );

/** Of three answers against one the three stay; where none has more, all are found. */
function findInGroup(group: readonly Sample[]): Found[] {
  const countOf = new Map<string, number>();
  for (const { answer } of group) countOf.set(answer, (countOf.get(answer) ?? 0) + 1);
  const most = Math.max(...countOf.values());
  const leaders = [...countOf.values()].filter((count) => count === most).length;
  return group.flatMap((sample) => {
    if (leaders === 1 && countOf.get(sample.answer) === most) return [];
    const other = group.find((one) => contradicts(sample, one));
    if (!other) return [];
    const { turns } = sample;
    const what = `It says ${quote(turns.at(-1)?.answer ?? "")}, ${placeOf(other)} says ${quote(other.turns.at(-1)?.answer ?? "")}.`;
    return [{ id: sample.id, line: sample.line, what }];
  });
}
