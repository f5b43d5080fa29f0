// Conversations of two or three questions. What they teach: to do as the system line says, to
// understand "And its home?" from what was said before, to remember a name, and to say what it cannot do.
import { capitalize } from "../curriculum/define.js";
import { ask, ASKED, givesAway, ofGroup, QUESTIONS } from "./ask.js";
import { createRandom } from "./random.js";

const GIRLS = "Ana Cara Eva Grace Ida Lily Nora Pia Rosa Tara Mina Ella".split(" ");
const BOYS = "Ben Dan Finn Hugo Jack Kofi Max Omar Sam Will Leo Tom".split(" ");
const NAMES = [...GIRLS, ...BOYS];

const prompt = (instruction, expected, note) => ({ instruction, input: "", expected, note });

export const entry = {
  name: "helper-chat",
  title: "Helper chat",
  file: "helper-chat.jsonl",
  card: "helper-chat.md",
  use: "training",
  columns: ["messages"],
  license: "CC0-1.0",
  description: "Conversations of two or three turns with a system line that says how to answer.",
  prompts: [
    prompt(
      "Hello, my name is Zoe.",
      "Hello, Zoe! How can I help you?",
      "Zoe is in no record: the name must be copied.",
    ),
    prompt(
      "What is the capital of Norway?",
      "The capital of Norway is Oslo.",
      "Never asked in training.",
    ),
    prompt(
      "Can you drive me to the station?",
      "I cannot do that. I am a very small model.",
      "A wish of no record: it should say that it cannot.",
    ),
    prompt(
      "Thanks a lot, that was kind of you.",
      "You are welcome.",
      "Thanks in other words than in the set.",
    ),
  ],
  fields: [],
};

/** How the system line changes an answer. The plain ones come most often. */
const PLAIN = [
  "You are a friendly helper for children. Keep answers short.",
  "You are a helpful assistant.",
  "Answer in short sentences.",
  "You help children with their homework.",
].map((line) => ({ line, style: (text) => text }));
const STYLED = [
  { line: "You answer in capital letters.", style: (text) => text.toUpperCase() },
  { line: "Write every answer in capital letters.", style: (text) => text.toUpperCase() },
  { line: "Begin every answer with: Listen!", style: (text) => `Listen! ${text}` },
  { line: "End every answer with: That is all.", style: (text) => `${text} That is all.` },
  { line: "Say every answer two times.", style: (text) => `${text} ${text}` },
];
const STYLED_SHARE = 0.4;

/** A turn: what is asked, and the plain answer. */
const turn = (user, assistant) => ({ user, assistant });
const askAbout = (random, fact) =>
  turn(ask(random.pick(QUESTIONS[fact.group].asked), fact), fact.sentence);
const ofGroups = (...groups) => groups.flatMap((group) => ofGroup(ASKED, group));

/** Asking again about the same thing, which is not named a second time. */
const AGAIN_ABOUT_IT = {
  young: ["And what is its baby called?", "And its young?"],
  sound: ["And what sound does it make?", "How does it sound?"],
  home: ["And where does it live?", "And its home?"],
  food: ["And what does it eat?", "And its food?"],
  parts: ["And how many {unit} does it have?", "How many {unit} does it have?"],
  capital: ["And its capital?", "And what is its capital?"],
  continent: ["And on which continent is it?", "And its continent?"],
  language: ["And what do people speak there?", "And its language?"],
  money: ["And what do people pay with there?", "And its money?"],
};
const ANIMAL = ["young", "sound", "home", "food", "parts"];
const COUNTRY = ["capital", "continent", "language", "money"];

function askAgainAboutIt(random) {
  const groups = random.next() < 0.55 ? ANIMAL : COUNTRY;
  const { subject } = random.pick(ofGroups(...groups));
  const facts = random.shuffled(ofGroups(...groups).filter((fact) => fact.subject === subject));
  if (facts.length < 2) return null;
  const more = facts.slice(1, 2 + random.integer(2)).map((fact) => {
    return turn(
      random.pick(AGAIN_ABOUT_IT[fact.group]).replace("{unit}", fact.unit),
      fact.sentence,
    );
  });
  return [askAbout(random, facts[0]), ...more];
}

/** The same question about another thing. */
function askTheSame(random) {
  const group = random.pick([
    "opposite",
    "capital",
    "young",
    "color",
    "past",
    "plural",
    "food",
    "home",
    "job",
    "sum",
    "language",
  ]);
  const [first, ...rest] = random.sample(ofGroup(ASKED, group), 2 + random.integer(2));
  const words = (fact) =>
    ["young", "opposite", "past", "plural"].includes(group) ? fact.subject : fact.named;
  const link =
    group === "young"
      ? "And a baby"
      : ["opposite", "past", "plural", "capital"].includes(group)
        ? "And of"
        : "And";
  const again = rest.map((fact) =>
    turn(`${group === "language" ? "And in" : link} ${words(fact)}?`, fact.sentence),
  );
  return [askAbout(random, first), ...again];
}

const GREETINGS = [
  "Hello, my name is {n}.",
  "Hi, I am {n}.",
  "Good morning, I am {n}.",
  "My name is {n}.",
];
const ASK_NAME = ["What is my name?", "Do you know my name?", "What did I say my name was?"];
function rememberName(random) {
  const name = random.pick(NAMES);
  const turns = [
    turn(random.pick(GREETINGS).replace("{n}", name), `Hello, ${name}! How can I help you?`),
  ];
  if (random.next() < 0.6) turns.push(askAbout(random, random.pick(ASKED)));
  return [...turns, turn(random.pick(ASK_NAME), `Your name is ${name}.`)];
}

const OWNED = "ball hat book coat boat kite lamp box cup key bag ring".split(" ");
const COLORS = "red blue green yellow white black brown".split(" ");
const PETS = "dog cat rabbit horse bird fish".split(" ");
function rememberThing(random) {
  const [thing, color, pet] = [OWNED, COLORS, PETS].map(random.pick);
  const [name, friend, girl, boy] = [NAMES, NAMES, GIRLS, BOYS].map(random.pick);
  const told = random.pick([
    [`I have a ${color} ${thing}.`, `What color is my ${thing}?`, `Your ${thing} is ${color}.`],
    [
      `My ${pet} is called ${name}.`,
      `What is the name of my ${pet}?`,
      `Your ${pet} is called ${name}.`,
    ],
    [
      `My friend ${friend} has a ${pet}.`,
      `Which animal does ${friend} have?`,
      `${friend} has a ${pet}.`,
    ],
    [
      `I put the ${thing} under the table.`,
      `Where is the ${thing}?`,
      `The ${thing} is under the table.`,
    ],
    [`My sister is called ${girl}.`, "What is my sister called?", `Your sister is called ${girl}.`],
    [
      `My brother is called ${boy}.`,
      "What is my brother called?",
      `Your brother is called ${boy}.`,
    ],
  ]);
  const turns = [
    turn(
      told[0],
      random.pick(["That is nice.", "Thank you for telling me.", "That is good to know."]),
    ),
  ];
  if (random.next() < 0.4) turns.push(askAbout(random, random.pick(ASKED)));
  return [...turns, turn(told[1], told[2])];
}

/** [what is asked, whether it is something to know or to do] */
const BEYOND = [
  ["What is the weather today?", "know"],
  ["What time is it now?", "know"],
  ["Where did I put my keys?", "know"],
  ["Who will win the game tomorrow?", "know"],
  ["What is my mother doing now?", "know"],
  ["How many people live in my street?", "know"],
  ["What did I eat this morning?", "know"],
  ["Which train must I take?", "know"],
  ["What is on television tonight?", "know"],
  ["How much is a ticket to London?", "know"],
  ["Can you call my mother?", "do"],
  ["Please buy me a bicycle.", "do"],
  ["Can you come to my party?", "do"],
  ["Open the door for me.", "do"],
  ["Send a letter to my aunt.", "do"],
  ["Can you play a song for me?", "do"],
  ["Please clean my room.", "do"],
  ["Can you cook dinner for us?", "do"],
  ["Carry this box for me.", "do"],
  ["Wash the dishes, please.", "do"],
];
const REFUSAL = {
  know: "I do not know that. I am a very small model.",
  do: "I cannot do that. I am a very small model.",
};
function refuse(random) {
  const [request, kind] = random.pick(BEYOND);
  const refused = turn(request, REFUSAL[kind]);
  const asked = askAbout(random, random.pick(ASKED));
  return random.next() < 0.5 ? [refused, asked] : [asked, refused];
}

/** What was just said, once more. */
function repeat(random) {
  const first = askAbout(random, random.pick(ASKED));
  const [request, answer] = random.pick([
    ["Please say that again.", first.assistant],
    ["Can you repeat that?", first.assistant],
    ["Say that in capital letters.", first.assistant.toUpperCase()],
    ["Say that two times.", `${first.assistant} ${first.assistant}`],
    ["What did I ask you?", `You asked me: ${first.user}`],
  ]);
  return [first, turn(request, answer)];
}

const HELLOS = [
  turn("Hello!", "Hello! How can I help you?"),
  turn("Hi!", "Hello! How can I help you?"),
  turn("Good morning!", "Good morning! How can I help you?"),
];
const THANKS = [
  turn("Thank you.", "You are welcome."),
  turn("Thank you very much!", "You are welcome."),
  turn("Thanks for your help.", "You are welcome."),
  turn("Goodbye!", "Goodbye! It was nice to talk to you."),
];
function greetAndThank(random) {
  const question = askAbout(random, random.pick(ASKED));
  return random.next() < 0.5
    ? [random.pick(HELLOS), question, random.pick(THANKS)]
    : [question, random.pick(THANKS)];
}

/** [maker, how many, how often the system line asks for a style] */
const KINDS = [
  [askAgainAboutIt, 60],
  [askTheSame, 50],
  [rememberName, 45],
  [rememberThing, 45],
  [refuse, 35],
  [repeat, 30, 0], // "Say that in capital letters" would say nothing where all is in capitals
  [greetAndThank, 25],
];

const toText = (turns) => turns.map(({ user, assistant }) => `${user} ${assistant}`).join("\n");

function toRecord(random, turns, styledShare) {
  const { line, style } = random.pick(random.next() < styledShare ? STYLED : PLAIN);
  const messages = turns.flatMap(({ user, assistant }) => [
    { role: "user", content: capitalize(user) },
    { role: "assistant", content: style(assistant) },
  ]);
  return { messages: [{ role: "system", content: line }, ...messages] };
}

export function make() {
  const random = createRandom(20250907);
  const said = new Set();
  const records = KINDS.flatMap(([makeTurns, count, styledShare = STYLED_SHARE]) => {
    const made = [];
    while (made.length < count) {
      const turns = makeTurns(random);
      if (turns === null || said.has(toText(turns)) || givesAway(toText(turns)).length > 0)
        continue;
      said.add(toText(turns));
      made.push(toRecord(random, turns, styledShare));
    }
    return made;
  });
  return random.shuffled(records);
}
