/**
 * What is let through: instructions that a text model can follow and that are not there yet, and
 * answers worth learning. After the filters of Self-Instruct (https://arxiv.org/abs/2212.10560, 2.2)
 * and of Evol-Instruct's elimination (https://arxiv.org/abs/2304.12244, 3.2).
 */
import { finishInPieces, type InPieces } from "@/data/inPieces";
import { rougeL, toWords } from "./rouge";
import type { Task } from "./record";

/** From Self-Instruct: an instruction at least this alike to a known one adds nothing. */
const MOST_ALIKE = 0.7;
/** A harder form of a task keeps its words; only what adds next to nothing is turned away. */
const MOST_ALIKE_TO_OWN_ROOTS = 0.95;
const LEAST_INSTRUCTION_WORDS = 3;
const MOST_INSTRUCTION_WORDS = 150;
/** Longer than the longest that a small model is trained on here. */
const MOST_OUTPUT_WORDS = 600;
/** Things that a language model cannot see or do. */
const OUT_OF_REACH =
  /\b(images?|pictures?|photos?|videos?|audio|graphs?|charts?|diagrams?|files?|draw|plot|attached|above (?:text|table|list))\b/i;
/** Words of our own prompts that should not come back. */
const LEAKED = /#?(given|rewritten|created|new) (prompt|instruction)#?|\bas an ai\b/i;

type Known = { words: string[]; text: string };

export class Sieve {
  readonly #known: Known[] = [];
  readonly #tasks = new Set<string>();

  /**
   * Whatever is there already: data, seeds, and what was made before. In pieces, as the page itself
   * waits: a hundred thousand tasks take it half a second.
   */
  static async of(known: Iterable<Task>): Promise<Sieve> {
    const sieve = new Sieve();
    await finishInPieces(sieve.#fill(known));
    return sieve;
  }

  *#fill(known: Iterable<Task>): InPieces<void> {
    for (const task of known) {
      this.add(task);
      yield;
    }
  }

  add({ instruction, input }: Task): void {
    this.#known.push({ words: toWords(instruction), text: instruction });
    this.#tasks.add(toKey(instruction, input));
  }

  /**
   * Why an instruction is turned away, as a sentence; null when it is not. `roots` are the
   * instructions that it was rewritten from.
   */
  checkInstruction(instruction: string, roots: readonly string[] = []): string | null {
    const words = toWords(instruction);
    if (words.length < LEAST_INSTRUCTION_WORDS) {
      return `Only ${words.length === 1 ? "1 word" : `${words.length} words`}; a task needs ${LEAST_INSTRUCTION_WORDS}.`;
    }
    if (words.length > MOST_INSTRUCTION_WORDS) {
      return `${words.length} words; at most ${MOST_INSTRUCTION_WORDS} are taken.`;
    }
    if (!/^[\p{L}\p{N}"“'(¿¡]/u.test(instruction)) {
      return `Begins with “${[...instruction][0]}”, so it is hardly a task.`;
    }
    const leaked = LEAKED.exec(instruction);
    if (leaked) return `Repeats words of our own prompt: “${leaked[0]}”.`;
    const reach = OUT_OF_REACH.exec(instruction);
    if (reach) return `Asks for what text alone cannot give: “${reach[0]}”.`;
    return this.#checkAlike(words, roots);
  }

  #checkAlike(words: string[], roots: readonly string[]): string | null {
    let most = { score: 0, text: "" };
    for (const known of this.#known) {
      const limit = roots.includes(known.text) ? MOST_ALIKE_TO_OWN_ROOTS : MOST_ALIKE;
      const score = rougeL(words, known.words, limit);
      if (score >= limit && score > most.score) most = { score, text: known.text };
    }
    if (most.text === "") return null;
    return `Too much like “${shorten(most.text)}” (ROUGE-L ${most.score.toFixed(2)}).`;
  }

  /** The same for a whole task whose instruction has passed. The data doctor looks at it after this. */
  checkTask({ instruction, input, output }: Task): string | null {
    const words = toWords(output);
    if (words.length > MOST_OUTPUT_WORDS) {
      return `The answer has ${words.length} words; at most ${MOST_OUTPUT_WORDS} are taken.`;
    }
    if (input !== "" && output === input) return "The answer repeats its input.";
    if (LEAKED.test(output)) return "The answer repeats words of our own prompt.";
    if (isLoop(words)) return "The answer says the same over and over.";
    if (this.#tasks.has(toKey(instruction, input))) return "The same task is there already.";
    return null;
  }
}

/** A run of words that comes four times one after the other. */
function isLoop(words: string[]): boolean {
  return / (\S+(?: \S+){2,19})(?: \1){3}(?= )/.test(` ${words.join(" ")} `);
}

function toKey(instruction: string, input: string): string {
  return `${toWords(instruction).join(" ")}\n${input.trim()}`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 72 ? `${line.slice(0, 71)}…` : line;
}
