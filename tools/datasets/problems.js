// Small word problems with their steps, for step-by-step and step-by-step-plain. Sums and days are
// those that data sets may ask about: "Ana has two apples and gets four more" would give an unseen sum away.
import { capitalize, numberWord } from "../curriculum/define.js";
import { ASKED, ofGroup } from "./ask.js";
import { createRandom } from "./random.js";

const NAMES = "Ana Ben Cara Dan Eva Finn Grace Hugo Ida Jack Lily Max Nora Omar Rosa Sam".split(
  " ",
);
/** [one, more than one] */
const THINGS =
  "apple/apples egg/eggs ball/balls cherry/cherries nut/nuts coin/coins stone/stones shell/shells rose/roses plum/plums button/buttons card/cards pear/pears cake/cakes"
    .split(" ")
    .map((pair) => pair.split("/"));
/** What comes in any color. */
const COLORED = "balls buttons stones cards flags".split(" ");
const COLORS = "red blue green white yellow black".split(" ");
const WORDS =
  "sun tree lamp moon rain hat milk nest rope ship frog leaf wind bell duck fish sand kite lion bear wolf bread house river horse chair apple".split(
    " ",
  );
const SENTENCES = [
  "The dog runs home",
  "Birds sing",
  "My hat is red",
  "The sun is warm today",
  "We like milk",
  "A cat sleeps on the chair",
  "Ana sings",
  "He found a stone",
  "The old boat is by the river",
  "They play in the sand",
  "It rains",
  "The baker sells bread",
  "Our house has a red door",
  "She wrote a letter",
  "The wind is cold",
  "Ben and Cara play",
  "I can help you",
  "The little frog sat on a leaf",
  "Horses run fast",
  "The bell rings at noon",
];

/** [a, b] of every sum that may be asked. */
const SUMS = ofGroup(ASKED, "sum").map(({ subject }) =>
  subject
    .split(" plus ")
    .map((word) => Array.from({ length: 11 }, (_, i) => numberWord(i)).indexOf(word)),
);
const mayAdd = (a, b) => SUMS.some(([x, y]) => x === a && y === b);
const after = new Map(ofGroup(ASKED, "next").map(({ subject, answer }) => [subject, answer]));
const before = new Map(ofGroup(ASKED, "before").map(({ subject, answer }) => [subject, answer]));

const word = numberWord;
const Word = (value) => capitalize(numberWord(value));
const counted = (value, [one, many]) => `${word(value)} ${value === 1 ? one : many}`;
const problem = (question, steps, answer, input = "") => ({ question, input, steps, answer });
const plus = (a, b) => `${Word(a)} plus ${word(b)} is ${word(a + b)}.`;

function add(random) {
  const [a, b] = random.pick(SUMS);
  const [name, other] = random.sample(NAMES, 2);
  const thing = random.pick(THINGS);
  const [, many] = thing;
  const [color, second] = random.sample(COLORS, 2);
  const colored = random.pick(COLORED);
  const question = random.pick([
    `${name} has ${counted(a, thing)} and gets ${word(b)} more. How many ${many} does ${name} have?`,
    `${name} has ${counted(a, thing)}. ${other} has ${counted(b, thing)}. How many ${many} do they have together?`,
    `There are ${counted(a, thing)} on the table and ${word(b)} in the box. How many ${many} are there?`.replace(
      "There are one",
      "There is one",
    ),
    `${name} finds ${word(a)} ${color} and ${word(b)} ${second} ${colored}. How many ${colored} does ${name} find?`,
    `${name} buys ${counted(a, thing)} today and ${word(b)} tomorrow. How many ${many} does ${name} buy?`,
  ]);
  return problem(question, [plus(a, b)], word(a + b));
}

function subtract(random) {
  const [a, b] = random.pick(SUMS);
  const [name, other] = random.sample(NAMES, 2);
  const thing = random.pick(THINGS);
  const [, many] = thing;
  const question = random.pick([
    `${name} has ${counted(a + b, thing)} and gives ${word(b)} of them to ${other}. How many ${many} are left?`,
    `There are ${counted(a + b, thing)} in a basket. ${name} takes ${word(b)} of them away. How many ${many} are left?`,
    `${name} had ${counted(a + b, thing)} and lost ${word(b)} of them. How many ${many} are left?`,
    `${name} has ${counted(a + b, thing)}. ${other} has ${counted(b, thing)}. How many more ${many} does ${name} have?`,
  ]);
  return problem(
    question,
    [plus(a, b), `So ${word(a + b)} minus ${word(b)} is ${word(a)}.`],
    word(a),
  );
}

function addTwice(random) {
  for (;;) {
    const [a, b] = random.pick(SUMS);
    const [, c] = random.pick(SUMS);
    if (!mayAdd(a + b, c) || a === 1) continue;
    const name = random.pick(NAMES);
    const [, many] = random.pick(THINGS);
    const question = random.pick([
      `${name} has ${word(a)} ${many}, finds ${word(b)} and gets ${word(c)} more. How many ${many} does ${name} have?`,
      `There are ${word(a)} ${many} in the first box, ${word(b)} in the second and ${word(c)} in the third. How many ${many} are there?`,
    ]);
    return problem(question, [plus(a, b), plus(a + b, c)], word(a + b + c));
  }
}

function compare(random) {
  const [a, b] = random.sample(
    Array.from({ length: 20 }, (_, i) => i + 1),
    2,
  );
  const [name, other] = random.sample(NAMES, 2);
  const thing = random.pick(THINGS);
  const [, many] = thing;
  const [more, fewer] = a > b ? [name, other] : [other, name];
  const [high, low] = [Math.max(a, b), Math.min(a, b)];
  const story = `${name} has ${counted(a, thing)}. ${other} has ${counted(b, thing)}.`;
  return random.pick([
    problem(
      `${story} Who has more ${many}?`,
      [`${Word(high)} is more than ${word(low)}.`, `${more} has ${word(high)}.`],
      more,
    ),
    problem(
      `${story} Who has fewer ${many}?`,
      [`${Word(low)} is less than ${word(high)}.`, `${fewer} has ${word(low)}.`],
      fewer,
    ),
  ]);
}

const PLACES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
/** Items one by one, each with its number: "One is s, two is u, three is n." */
const count = (items) =>
  `${capitalize(items.map((item, i) => `${word(i + 1)} is ${item}`).join(", "))}.`;

function letters(random) {
  const text = random.pick(WORDS);
  const at = random.integer(text.length);
  return random.pick([
    problem(
      random.pick([
        `How many letters are in the word ${text}?`,
        `Count the letters of the word ${text}.`,
      ]),
      [count([...text])],
      word(text.length),
    ),
    problem(
      `What is the ${PLACES[at]} letter of the word ${text}?`,
      [count([...text])],
      text.charAt(at),
    ),
  ]);
}

function words(random) {
  const text = random.pick(SENTENCES);
  const items = text
    .toLowerCase()
    .replace(/\b(ana|ben|cara|i)\b/g, capitalize)
    .split(" ");
  const question = random.pick([
    "How many words are in this sentence?",
    "Count the words of this sentence.",
  ]);
  return problem(question, [count(items)], word(items.length), `${text}.`);
}

function order(random) {
  const numbers = random.sample(
    Array.from({ length: 20 }, (_, i) => i + 1),
    3,
  );
  const up = [...numbers].sort((a, b) => a - b);
  const given = numbers.map(word).join(", ");
  const [low, middle, high] = up.map(word);
  return random.pick([
    problem(
      `Put these numbers in order, the smallest first: ${given}.`,
      [`The smallest is ${low}.`, `Then comes ${middle}.`, `The biggest is ${high}.`],
      `${low}, ${middle}, ${high}`,
    ),
    problem(
      `Put these numbers in order, the biggest first: ${given}.`,
      [`The biggest is ${high}.`, `Then comes ${middle}.`, `The smallest is ${low}.`],
      `${high}, ${middle}, ${low}`,
    ),
    problem(
      `Which of these numbers is the biggest: ${given}?`,
      [`${capitalize(middle)} is more than ${low}.`, `${capitalize(high)} is more than ${middle}.`],
      high,
    ),
  ]);
}

/** From a day or month so many steps on, or null where a step may not be asked. */
function walk(map, start, steps) {
  const way = [start];
  while (way.length <= steps) {
    const to = map.get(way.at(-1));
    if (to === undefined) return null;
    way.push(to);
  }
  return way;
}

const isTime = (text) =>
  /day$|^(January|February|March|April|May|June|July|August|September|October|November|December)$/.test(
    text,
  );
function days(random) {
  for (;;) {
    const forward = random.next() < 0.6;
    const map = forward ? after : before;
    const way = walk(map, random.pick([...map.keys()].filter(isTime)), 1 + random.integer(3));
    if (way === null) continue;
    const steps = way
      .slice(1)
      .map((to, i) => `${forward ? "After" : "Before"} ${way[i]} comes ${to}.`);
    const name = random.pick(NAMES);
    const far = way.length - 1;
    const unit = way[0].endsWith("day") ? "day" : "month";
    const span = far === 1 ? `one ${unit}` : `${word(far)} ${unit}s`;
    const when = unit === "day" ? "On which day" : "In which month";
    const at = unit === "day" ? "on" : "in";
    const question = forward
      ? random.pick([
          `${name} comes ${at} ${way[0]} and stays ${span}. ${when} does ${name} leave?`,
          `School starts ${at} ${way[0]}. The party is ${span} later. ${when} is the party?`,
        ])
      : `The party is ${at} ${way[0]}. ${name} came ${span} before it. ${when} did ${name} come?`;
    return problem(question, steps, way.at(-1));
  }
}

const MORE = [
  ["older", "the oldest"],
  ["taller", "the tallest"],
  ["faster", "the first in the race"],
  ["stronger", "the strongest"],
];
function most(random) {
  const [a, b, c] = random.sample(NAMES, 3);
  const [more, best] = random.pick(MORE);
  const clues = random.shuffled([`${a} is ${more} than ${b}.`, `${b} is ${more} than ${c}.`]);
  return problem(
    `${clues.join(" ")} Who is ${best}?`,
    [`${a} is ${more} than ${b}.`, `${b} is ${more} than ${c}.`, `So ${a} is ${more} than both.`],
    a,
  );
}

/** [maker, how many] */
const KINDS = [
  [add, 65],
  [subtract, 55],
  [addTwice, 25],
  [compare, 35],
  [letters, 30],
  [words, 20],
  [order, 30],
  [days, 25],
  [most, 15],
];

/** 300 problems: question, input, steps, answer. */
export function makeProblems() {
  const random = createRandom(20250906);
  const asked = new Set();
  const problems = KINDS.flatMap(([makeOne, count]) => {
    const made = [];
    while (made.length < count) {
      const one = makeOne(random);
      const key = `${one.question}|${one.input}`;
      if (!asked.has(key)) made.push(one);
      asked.add(key);
    }
    return made;
  });
  return random.shuffled(problems);
}
