/** One answer of a server in OpenAI's streaming form, or whole from one that does not stream. */
import * as v from "valibot";
import { AppError } from "@/core/errors";
import { isAbort, type GeneratedText, type TokenUsage } from "@/teacher/teacher";
import { readServerSentEvents } from "./serverSentEvents";

const Part = v.nullish(v.object({ content: v.nullish(v.string()) }));

const Chunk = v.object({
  choices: v.nullish(
    v.array(v.object({ delta: Part, message: Part, finish_reason: v.nullish(v.string()) })),
  ),
  usage: v.nullish(v.object({ prompt_tokens: v.number(), completion_tokens: v.number() })),
  error: v.nullish(v.unknown()),
});

/** What a server says about a fault, whichever of the usual shapes it has. */
export type Fault = { message: string; code: string; param: string };

const MAX_FAULT_CHARACTERS = 300;

export function parseFault(text: string): Fault {
  const cut = (message: string) => message.trim().slice(0, MAX_FAULT_CHARACTERS);
  try {
    const json = JSON.parse(text) as unknown;
    return toFault((json as { error?: unknown } | null)?.error ?? json);
  } catch {
    // A page of HTML from a proxy says nothing that a person could use.
    return { message: /^\s*</.test(text) ? "" : cut(text), code: "", param: "" };
  }
}

function toFault(value: unknown): Fault {
  const text = (part: unknown) => (typeof part === "string" ? part : "");
  if (typeof value === "string") return { message: value, code: "", param: "" };
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const message = text(fields.message) || text(fields.detail) || JSON.stringify(value);
  return {
    message: message.slice(0, MAX_FAULT_CHARACTERS),
    code: text(fields.code) || text(fields.type),
    param: text(fields.param),
  };
}

/**
 * Reads the answer to the end. Throws `teacher/cut-off` when the stream ends before the server said
 * that the answer does, and `teacher/failed` for what is not such an answer.
 */
export async function readAnswer(
  response: Response,
  onText: (text: string) => void = () => undefined,
): Promise<GeneratedText> {
  const answer = new Answer(onText);
  if (response.headers.get("content-type")?.includes("application/json")) {
    answer.add(await response.text());
    return answer.result();
  }
  if (!response.body) throw new AppError("teacher/failed", "The server's answer is empty.");
  try {
    for await (const data of readServerSentEvents(response.body)) {
      if (data.trim() === "[DONE]") {
        answer.isComplete = true;
        break;
      }
      answer.add(data);
    }
  } catch (error) {
    if (error instanceof AppError || isAbort(error)) throw error;
    throw answer.cutOff(error);
  }
  if (!answer.isComplete) throw answer.cutOff();
  return answer.result();
}

class Answer {
  isComplete = false;
  #isCut = false;
  #text = "";
  #usage: TokenUsage | null = null;
  readonly #onText: (text: string) => void;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  add(data: string): void {
    const chunk = parseChunk(data);
    if (chunk.error !== null && chunk.error !== undefined) {
      throw new AppError("teacher/failed", `The server says: ${toFault(chunk.error).message}`);
    }
    // With `include_usage` the last chunk has the counts, and no choice.
    if (chunk.usage) {
      const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = chunk.usage;
      this.#usage = { promptTokens, completionTokens };
    }
    const [choice] = chunk.choices ?? [];
    const piece = choice?.delta?.content ?? choice?.message?.content ?? "";
    if (choice?.finish_reason || choice?.message) this.isComplete = true;
    if (choice?.finish_reason === "length") this.#isCut = true;
    if (piece === "") return;
    this.#text += piece;
    this.#onText(this.#text);
  }

  result(): GeneratedText {
    return { text: this.#text, isCut: this.#isCut, usage: this.#usage };
  }

  cutOff(cause?: unknown): AppError {
    const message = `The answer broke off after ${this.#text.length} characters.`;
    return new AppError("teacher/cut-off", message, {}, { cause });
  }
}

function parseChunk(data: string): v.InferOutput<typeof Chunk> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    json = null;
  }
  const parsed = v.safeParse(Chunk, json);
  if (parsed.success) return parsed.output;
  throw new AppError(
    "teacher/failed",
    `The server's answer is not in OpenAI's form: ${data.slice(0, 120)}`,
  );
}
