/** A language model that writes examples: in this tab (`local/`), or behind an address (`endpoint/`). */

export type ChatMessage = { role: "system" | "user" | "assistant"; content: string };

/** As the model counted them, or the server says it did. */
export type TokenUsage = { promptTokens: number; completionTokens: number };

export type GenerateOptions = {
  /** Aborting rejects with an `AbortError`. */
  signal: AbortSignal;
  /** The whole text so far, as it comes. */
  onText?: (text: string) => void;
  /** 0 takes the likeliest token always. */
  temperature: number;
  maxTokens: number;
};

export type GeneratedText = {
  text: string;
  /** It reached `maxTokens` before its end. */
  isCut: boolean;
  /** null where a server does not count. */
  usage: TokenUsage | null;
};

export type Teacher = {
  /** The model's name, as records that it made are marked with. */
  readonly name: string;
  /** One answer. Throws `teacher/…`. */
  generate(messages: readonly ChatMessage[], options: GenerateOptions): Promise<GeneratedText>;
};

/** What an aborted `fetch` rejects with. */
export function abortError(): DOMException {
  return new DOMException("The request was stopped.", "AbortError");
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
