// The facts of the knowledge curriculum and their split: what data sets may ask and what they never
// may. Data sets import this file; Python reads the same facts from facts.jsonl (writeFacts.js).
import { createHash } from "node:crypto";
import ANIMAL_GROUPS from "./groups/animals.js";
import NUMBER_GROUPS from "./groups/numbers.js";
import PEOPLE_GROUPS from "./groups/people.js";
import WORD_GROUPS from "./groups/words.js";
import WORLD_GROUPS from "./groups/world.js";

// Chosen so that two facts shown on the page, Norway's capital and the young goat, are unseen.
const SPLIT_SEED = "tabtune-5";
const UNSEEN_SHARE = 1 / 3;

/** [{ name, title, facts }] in the order in which they are counted and shown. */
export const GROUPS = [
  ...WORD_GROUPS,
  ...ANIMAL_GROUPS,
  ...WORLD_GROUPS,
  ...PEOPLE_GROUPS,
  ...NUMBER_GROUPS,
];

const hash = (text) => createHash("sha256").update(`${SPLIT_SEED}/${text}`).digest("hex");

/**
 * The families of facts that no data set may ask about. Group by group, the families with the lowest
 * hashes are taken until a third of the group's facts are in, so a new fact moves at most its neighbors.
 */
function chooseUnseen() {
  const unseen = new Set();
  const decided = new Set(); // a family met in an earlier group keeps its part
  for (const { facts } of GROUPS) {
    let wanted = Math.round(facts.length * UNSEEN_SHARE);
    wanted -= facts.filter((fact) => unseen.has(fact.family)).length;
    const families = new Map();
    for (const fact of facts) {
      families.set(fact.family, (families.get(fact.family) ?? 0) + 1);
    }
    const open = [...families.keys()].filter((family) => !decided.has(family));
    for (const family of open.sort((a, b) => (hash(a) < hash(b) ? -1 : 1))) {
      const size = families.get(family);
      // Past the third only when that is nearer to it than stopping short.
      if (size / 2 <= wanted) {
        unseen.add(family);
        wanted -= size;
      }
    }
    for (const family of families.keys()) decided.add(family);
  }
  return unseen;
}

const unseen = chooseUnseen();

/** Every fact, with `part`: "asked" (data sets may use it) or "unseen" (they never do). */
export const FACTS = GROUPS.flatMap(({ facts }) =>
  facts.map((fact) => ({ ...fact, part: unseen.has(fact.family) ? "unseen" : "asked" })),
);
