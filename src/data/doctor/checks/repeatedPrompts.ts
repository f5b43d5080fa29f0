import { leaveOut, perAnswer, type Check } from "../check";
import { normalize, quote, toWords } from "../text";

/** A shorter prompt may well be how its answer begins. */
const FEWEST_WORDS = 4;
const ASKS_TO_REPEAT =
  /\b(?:repeat|copy|echo|quote|say|read|spell|rewrite|correct|proofread|fix|edit|translate|format|punctuate|capitalize|uppercase|lowercase|continue|complete|finish)\b/;

export const REPEATED_PROMPTS: Check = {
  id: "repeated-prompts",
  title: "Answers that repeat the prompt",
  why: "The model learns to say the question again in place of answering it.",
  severity: "mend",
  advice: "",
  find: perAnswer((answer, prompt) => {
    const asked = normalize(prompt);
    if (toWords(asked).length < FEWEST_WORDS || ASKS_TO_REPEAT.test(asked)) return null;
    const said = normalize(answer);
    if (said === asked) return `The answer is the prompt: ${quote(prompt)}.`;
    if (said.startsWith(`${asked} `)) return `The answer begins with the prompt: ${quote(answer)}.`;
    return null;
  }),
  remedy: leaveOut,
};
