/** What crosses between the page and the thread of the model in the tab. */
import type { ErrorRecord } from "@/core/errors";
import type { ChatMessage, GeneratedText } from "@/teacher/teacher";
import type { LocalDevice, ModelFacts } from "./modelFacts";

/** Comlink keeps no more of an error than its message, so errors cross as values. */
export type Outcome<T> = { value: T } | { error: ErrorRecord };

export type LocalModelApi = {
  findFacts(repo: string, hubUrl: string, device: LocalDevice): Promise<Outcome<ModelFacts>>;
  load(
    facts: ModelFacts,
    hubUrl: string,
    onBytes: (doneBytes: number) => void,
  ): Promise<Outcome<null>>;
  generate(
    messages: readonly ChatMessage[],
    options: { temperature: number; maxTokens: number },
    onText: (text: string) => void,
  ): Promise<Outcome<GeneratedText>>;
  /** Ends an answer after the next token. */
  interrupt(): Promise<void>;
};
