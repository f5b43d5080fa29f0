import { defineGroup, numberWord, rows } from "../define.js";

const upTo = (count) => Array.from({ length: count }, (_, i) => i + 1);

const sum = defineGroup({
  name: "sum",
  title: "Small sums",
  rows: upTo(10).flatMap((a) =>
    upTo(10).map((b) => [
      `${numberWord(a)} plus ${numberWord(b)}`,
      numberWord(a + b),
      String(a + b),
    ]),
  ),
  // Three plus five gives five plus three away.
  family: ([subject]) => `sum/${subject.split(" plus ").sort().join("-")}`,
  topic: "{s}",
  says: [
    "{S} is {a}.",
    "{S} makes {a}.",
    "The sum of {s} is {a}.",
    "{name} added {s} and got {a}.",
    "If you work out {s}, you get {a}.",
  ],
});
for (const fact of sum.facts) {
  const [a, b] = fact.subject.split(" plus ");
  fact.statements = fact.statements.map((text) =>
    text
      .replace(`The sum of ${fact.subject}`, `The sum of ${a} and ${b}`)
      .replace(`added ${fact.subject}`, `added ${a} and ${b}`),
  );
}

const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `the letter ${letter}`);
const NUMBERS = upTo(21).map(numberWord);
/** [thing, the one after it][], with the end of a round leading to its start. */
const steps = (things, isRound) =>
  things
    .slice(0, isRound ? undefined : -1)
    .map((thing, i) => [thing, things[(i + 1) % things.length]]);
const NEXT = [
  ...steps(DAYS, true),
  ...steps(MONTHS, true),
  ...steps(LETTERS, false),
  ...steps(NUMBERS, false),
];
// Both directions of a step stay in the same part.
const stepFamily = (before, after) => `next/${before}-${after}`.toLowerCase().replaceAll(" ", "-");

const next = defineGroup({
  name: "next",
  title: "What comes after",
  rows: NEXT.map(([before, after]) => [before, after, after.replace("the letter ", "")]),
  family: ([before, after]) => stepFamily(before, after),
  topic: "what comes after {s}",
  says: [
    "{A} comes after {s}.",
    "After {s} comes {a}.",
    "Next after {s} is {a}.",
    "First comes {s} and then comes {a}.",
    "{name} said {s} and after that {a}.",
    "{S} is followed by {a}.",
  ],
});

const before = defineGroup({
  name: "before",
  title: "What comes before",
  rows: [...steps(DAYS, true), ...steps(MONTHS, true)].map(([first, second]) => [second, first]),
  family: ([after, first]) => stepFamily(first, after),
  topic: "what comes before {s}",
  says: [
    "{A} comes before {s}.",
    "Before {s} comes {a}.",
    "The one before {s} is {a}.",
    "Just before {s} we have {a}.",
    "{name} knows that {a} comes before {s}.",
  ],
});

const digit = defineGroup({
  name: "digit",
  title: "Numbers in digits",
  rows: [...Array.from({ length: 21 }, (_, i) => i), 30, 40, 50, 60, 70, 80, 90].map((value) => [
    numberWord(value),
    String(value),
  ]),
  topic: "the number {s}",
  says: [
    "The number {s} is written {a}.",
    "{a} is the number {s}.",
    "In digits, {s} is {a}.",
    "We write {a} and say {s}.",
    "{name} wrote {a} for {s}.",
  ],
});

const unit = defineGroup({
  name: "unit",
  title: "Units",
  rows: rows(
    `a minute/sixty seconds, an hour/sixty minutes, a day/twenty-four hours, a week/seven days, a year/twelve months,
    a decade/ten years, a century/one hundred years|a hundred years, a millennium/one thousand years|a thousand years|ten centuries,
    a fortnight/fourteen days|two weeks, a meter/one hundred centimeters|a hundred centimeters, a kilometer/one thousand meters|a thousand meters,
    a centimeter/ten millimeters, a kilogram/one thousand grams|a thousand grams, a liter/one thousand milliliters|a thousand milliliters,
    a dollar/one hundred cents|a hundred cents, a foot/twelve inches, a yard/three feet, a pound/sixteen ounces, a metric ton/one thousand kilograms,
    a quarter of an hour/fifteen minutes, half an hour/thirty minutes, January/thirty-one days, April/thirty days, June/thirty days,
    July/thirty-one days, August/thirty-one days, September/thirty days, November/thirty days, December/thirty-one days,
    March/thirty-one days, May/thirty-one days, October/thirty-one days, the alphabet/twenty-six letters, half a day/twelve hours,
    half a year/six months, a weekend/two days, a full circle/three hundred and sixty degrees, a right angle/ninety degrees`,
  ),
  topic: "how many {unit} are in {s}",
  says: [
    "There are {a} in {s}.",
    "{S} has {a}.",
    "In {s} there are {a}.",
    "{A} are in {s}.",
    "{name} counted {a} in {s}.",
  ],
});

const month = defineGroup({
  name: "month",
  title: "Days and their months",
  rows: rows(
    `Christmas/December, New Year's Day/January, Halloween/October, Valentine's Day/February, Saint Patrick's Day/March,
    April Fools' Day/April, Earth Day/April, Bastille Day/July, New Year's Eve/December, Boxing Day/December,
    American Independence Day/July, Labor Day in America/September`,
  ),
  topic: "the month of {s}",
  says: [
    "{S} is in {a}.",
    "In {a} we have {s}.",
    "The month of {s} is {a}.",
    "{a} is the month of {s}.",
    "{name} looks forward to {a}, the month of {s}.",
  ],
});

const NUMBER_GROUPS = [sum, before, next, digit, unit, month];
export default NUMBER_GROUPS;
