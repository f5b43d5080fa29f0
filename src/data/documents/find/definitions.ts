/** Sentences that say what something is. */
import type { Random } from "@/core/random";
import { capitalize } from "@/data/rules/draw";
import { toSentences, withPage } from "../document";
import { fill, type Found, type Way } from "./way";

const SUBJECT =
  "((?:An?|The)\\s)?([\\p{L}][\\p{L}\\p{N}’'-]*(?:\\s[\\p{L}\\p{N}][\\p{L}\\p{N}’'-]*){0,3})";
/** "X is a …", "X means …": what stands before the verb is what is explained. */
const IS = new RegExp(
  `^${SUBJECT}(?:\\s\\([^)]{1,40}\\))?,? is (?:an?|the|any|one of) \\p{L}.{12,}`,
  "u",
);
const MEANS = new RegExp(
  `^${SUBJECT} (?:means|refers to|stands for|is defined as|is called) .{8,}`,
  "u",
);
/** "Xs are … that …": without the clause it may say anything of them. */
const ARE = new RegExp(`^${SUBJECT} are (?:\\S+ ){1,5}(?:that|which|who|of|used|made) .{8,}`, "u");
/** These point to something that was said before. */
const POINTERS =
  /^(?:this|that|these|those|it|its|he|she|they|we|you|i|there|here|one|each|all|some|many|most|both|such|what|which|who|another|my|our|your|his|her|their|if|when|but|and|so|as|in|on|at|for)\b/i;

const WHAT_IS = ["What is {}?", "Explain what {} is.", "Can you tell me what {} is?"];
const WHAT_ARE = ["What are {}?", "Explain what {} are.", "Can you tell me what {} are?"];
const WHAT_MEANS = ["What does “{}” mean?", "Define “{}”.", "Explain the term “{}”."];

export const DEFINITIONS: Way = {
  id: "definition",
  title: "Definitions",
  help: "Sentences such as “X is a …” and “X means …”, and terms with what they mean.",
  *find(sections, random) {
    for (const block of sections.flatMap(({ body }) => body)) {
      const page = withPage(block);
      if (block.kind === "term") {
        const passage = `${block.term}: ${block.text}`;
        const instruction = fill(random.pick(WHAT_MEANS), block.term);
        yield { instruction, input: "", output: capitalize(block.text), passage, ...page };
        continue;
      }
      for (const sentence of toSentences(block.text)) {
        const instruction = toQuestion(sentence, random);
        if (instruction === null) continue;
        yield {
          instruction,
          input: "",
          output: sentence,
          passage: block.text,
          ...page,
        } satisfies Found;
      }
    }
  },
};

/** What the sentence answers, or null where it defines nothing. */
function toQuestion(sentence: string, random: Random): string | null {
  if (sentence.endsWith("?") || POINTERS.test(sentence)) return null;
  const [, article, noun = ""] = IS.exec(sentence) ?? [];
  if (noun !== "") {
    return fill(random.pick(WHAT_IS), article ? `${article.toLowerCase()}${noun}` : noun);
  }
  const [, , term = ""] = MEANS.exec(sentence) ?? [];
  if (term !== "") return fill(random.pick(WHAT_MEANS), term);
  const [, , nouns = ""] = ARE.exec(sentence) ?? [];
  return nouns === "" ? null : fill(random.pick(WHAT_ARE), inSentence(nouns));
}

/** A plural at the beginning of a sentence has a capital letter only for that. */
const inSentence = (nouns: string): string =>
  /\s\p{Lu}/u.test(nouns) || /^\p{Lu}{2}/u.test(nouns)
    ? nouns
    : nouns.charAt(0).toLowerCase() + nouns.slice(1);
