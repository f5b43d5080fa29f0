/** Tasks about saying a sentence in another way. */
import type { Random } from "@/core/random";
import { capitalize, pickSome } from "../draw";
import type { Level, TaskKind } from "../kind";
import { NAMES, PLACES, VERBS, WORDS } from "../words";

const THINGS = WORDS.filter((word) => !PLACES.includes(word));

function drawParts(random: Random, level: Level) {
  const place = level > 1 ? ` in the ${random.pick(PLACES)}` : "";
  const [thing = "", other = ""] = pickSome(random, THINGS, 2);
  return {
    name: random.pick(NAMES),
    verb: random.pick(VERBS),
    rest: level === 3 ? `the ${thing} and the ${other}` : `the ${thing}`,
    place,
    thing,
    isPlural: level === 3,
  };
}

export const REWRITING_KINDS: readonly TaskKind[] = [
  {
    id: "to-question",
    title: "Make it a question",
    group: "Rewriting",
    wordings: [
      "Turn this sentence into a question: {}",
      "Ask whether this is so: {}",
      "Make a question of the sentence.",
    ],
    generate: (random, level) => {
      const { name, verb, rest, place } = drawParts(random, level);
      return {
        text: `${name} ${verb.past} ${rest}${place}.`,
        answer: `Did ${name} ${verb.base} ${rest}${place}?`,
      };
    },
  },
  {
    id: "negate",
    title: "Say that it is not so",
    group: "Rewriting",
    wordings: [
      "Say that this did not happen: {}",
      "Make this sentence negative: {}",
      "Write the sentence with “not”.",
    ],
    generate: (random, level) => {
      const { name, verb, rest, place } = drawParts(random, level);
      const end = `${verb.base} ${rest}${place}.`;
      return {
        text: `${name} ${verb.past} ${rest}${place}.`,
        answer: `${name} did not ${end}`,
        also: [`${name} didn't ${end}`],
      };
    },
  },
  {
    id: "passive",
    title: "Into the passive",
    group: "Rewriting",
    wordings: [
      "Write this sentence in the passive: {}",
      "Begin with what it was done to: {}",
      "Write the sentence in the passive voice.",
    ],
    generate: (random, level) => {
      const { name, verb, rest, isPlural } = drawParts(random, level);
      const was = isPlural ? "were" : "was";
      return {
        text: `${name} ${verb.past} ${rest}.`,
        answer: `${capitalize(rest)} ${was} ${verb.participle} by ${name}.`,
      };
    },
  },
  {
    id: "replace-word",
    title: "Replace a word",
    group: "Rewriting",
    wordings: [
      'Replace "{old}" by "{new}": {}',
      'Write it with "{new}" instead of "{old}": {}',
      'Replace the word "{old}" by "{new}".',
    ],
    generate: (random, level) => {
      const { name, verb, rest, place, thing } = drawParts(random, level);
      const text = `${name} ${verb.past} ${rest}${place}.`;
      const other = random.pick(THINGS.filter((word) => !text.includes(word)));
      const answer = text.replace(`the ${thing}`, `the ${other}`);
      return { text, answer, gaps: { old: thing, new: other } };
    },
  },
  {
    id: "who-else",
    title: "Change who did it",
    group: "Rewriting",
    wordings: [
      "Write this as if {other} had done it: {}",
      "Tell it of {other} instead: {}",
      "Write the sentence about {other}.",
    ],
    generate: (random, level) => {
      const { name, verb, rest, place } = drawParts(random, level);
      const other = random.pick(NAMES.filter((one) => one !== name));
      const end = `${verb.past} ${rest}${place}.`;
      return { text: `${name} ${end}`, answer: `${other} ${end}`, gaps: { other } };
    },
  },
];
