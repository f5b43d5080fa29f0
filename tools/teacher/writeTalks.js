// Writes what the tiny teacher is trained on: the page's own requests to a teacher, each with an
// answer out of heart.jsonl. One {prompt, answer} a line.
//   node tools/teacher/writeTalks.js > talks.jsonl
import { readFileSync } from "node:fs";
import { createServer } from "vite";

const TALKS_PER_KIND = 2000;
/** As in src/teacher/selfInstruct.ts; the numbers need not be right, only the form. */
const LISTED = 8;

const heart = readFileSync(new URL("heart.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const vite = await createServer({
  server: { middlewareMode: true, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true, include: [] },
  appType: "custom",
  logLevel: "error",
});
const load = (path) => vite.ssrLoadModule(`/src/${path}.ts`);
const { Random } = await load("core/random");
const { proposalPrompt, instancePrompt } = await load("teacher/selfInstruct");
const { evolutionPrompt, answerPrompt, WAYS } = await load("teacher/evolInstruct");
const { SEED_TASKS } = await load("teacher/seedTasks");
await vite.close();

const random = new Random(1);
/** Seeds of a person look like ours, or like what the teacher made before. */
const shown = [...SEED_TASKS, ...heart];

const KINDS = [
  () => {
    const list = random.shuffled(heart).slice(0, LISTED);
    const count = 1 + random.integer(LISTED);
    return {
      prompt: proposalPrompt(random.shuffled(shown).slice(0, count)),
      answer: list.map(({ instruction }, i) => `${LISTED + 1 + i}. ${instruction}`).join("\n"),
    };
  },
  () => {
    const { instruction, input, output } = random.pick(heart);
    const examples = random.shuffled(shown).slice(0, random.integer(3));
    return {
      prompt: instancePrompt(instruction, examples),
      answer: `Input: ${input || "none"}\nOutput: ${output}`,
    };
  },
  () => ({
    prompt: evolutionPrompt(random.pick(shown), random.pick(WAYS)),
    answer: random.pick(heart).instruction,
  }),
  () => {
    const { instruction, output } = random.pick(heart);
    // A rewritten task keeps the input of the one before, which this teacher does not look at.
    const { input } = random.pick(shown);
    return { prompt: answerPrompt(instruction, input), answer: output };
  },
];

for (let i = 0; i < TALKS_PER_KIND; i++) {
  for (const makeTalk of KINDS) process.stdout.write(`${JSON.stringify(makeTalk())}\n`);
}
