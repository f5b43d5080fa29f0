import { expect, test } from "vitest";
import { examineTask } from "./examine";
import { rougeL, toWords } from "./rouge";
import { SEED_TASKS } from "./seedTasks";
import { Sieve } from "./sieve";

const KNOWN = {
  instruction: "Name three fruits that grow on trees.",
  input: "",
  output: "Apples.",
};
const sieve = () => {
  const made = new Sieve();
  made.add(KNOWN);
  return made;
};
const task = (instruction: string, output: string, input = "") => ({ instruction, input, output });

test("ROUGE-L agrees with values worked out by hand", () => {
  const score = (a: string, b: string) => rougeL(toWords(a), toWords(b));
  // "police the gunman" against "police killed the gunman": L = 3, F = 6 / 7.
  expect(score("police the gunman", "Police killed the gunman!")).toBeCloseTo(6 / 7);
  // "police kill the gunman" / "the gunman kill police" of the paper: L = 2, F = 4 / 8.
  expect(score("police kill the gunman", "the gunman kill police")).toBe(0.5);
  expect(score("", "a")).toBe(0);
  expect(score("Größe der Bäume", "größe der bäume")).toBe(1);
});

test("a task like a known one is turned away, with the score", () => {
  const reason = sieve().checkInstruction("Name three fruits that grow on bushes.");
  expect(reason).toBe("Too much like “Name three fruits that grow on trees.” (ROUGE-L 0.86).");
  expect(sieve().checkInstruction("Why does bread rise in the oven?")).toBeNull();
});

test("a harder form may keep its root's words, but not be the same", () => {
  const roots = [KNOWN.instruction];
  const harder = "Name three red fruits that grow on tall trees.";
  expect(sieve().checkInstruction(harder)).toContain("Too much like");
  expect(sieve().checkInstruction(harder, roots)).toBeNull();
  expect(sieve().checkInstruction("Name three fruits that grow on trees!", roots)).toContain(
    "ROUGE-L 1.00",
  );
});

test.each([
  ["Run fast", "Only 2 words"],
  ["word ".repeat(151), "151 words"],
  ["Draw a picture of a house.", "Asks for what text alone cannot give"],
  ["* A list item here", "Begins with"],
  ["Answer the rewritten prompt in full.", "Repeats words of our own prompt"],
])("the instruction “%s” is turned away", (instruction, reason) => {
  expect(sieve().checkInstruction(instruction)).toContain(reason);
});

test.each([
  [task("What is a pear?", "word ".repeat(601)), "601 words"],
  [task("Repeat after me now.", "one two three ".repeat(6)), "over and over"],
  [task("Repeat the text.", "same", "same"), "repeats its input"],
  [KNOWN, "there already"],
])("the task %j is turned away", (made, reason) => {
  expect(sieve().checkTask(made)).toContain(reason);
});

test.each([
  [task("Tell me who will win.", "I'm sorry, but I can't help with that.")],
  [task("What is a pear?", "What is a pear?")],
  [task("Write to my friend.", "Her address is anna.smith@gmail.com, write soon.")],
  [task("What is a pear?", "   ")],
  [task("Why do leaves fall?", "yes")],
])("the doctor finds the fault of %j", (made) => {
  expect(examineTask(made)).not.toBeNull();
});

test("sound answers pass, also short ones and signs", () => {
  for (const made of [
    task("Which sign adds two numbers?", "+"),
    task("How much is a quarter of 30 in percent?", "7.5 %"),
    task("Is ice cold?", "Yes"),
  ]) {
    expect([sieve().checkTask(made), examineTask(made)]).toEqual([null, null]);
  }
});

test("our own seed tasks pass every filter", () => {
  const own = new Sieve();
  for (const seed of SEED_TASKS) {
    const reasons = [
      own.checkInstruction(seed.instruction),
      own.checkTask(seed),
      examineTask(seed),
    ];
    expect(reasons, seed.instruction).toEqual([null, null, null]);
    own.add(seed);
  }
});

test("takes in a hundred thousand tasks while others have their turn", async () => {
  const known = Array.from({ length: 100_000 }, (_, i) => ({
    instruction: `Tell me about thing number ${i}, as well as you can.`,
    input: "",
    output: "",
  }));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const full = await Sieve.of(known);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
  const reason = full.checkInstruction("Tell me about thing number 77777, as well as you can.");
  expect(reason).toContain("Too much like “Tell me about thing number 77777,");
});
