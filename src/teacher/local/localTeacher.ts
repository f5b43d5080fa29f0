/** The page's side of a teacher that runs in this tab, in a thread of its own. */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import { AppError, fromErrorRecord } from "@/core/errors";
import {
  abortError,
  type ChatMessage,
  type GeneratedText,
  type GenerateOptions,
  type Teacher,
} from "@/teacher/teacher";
import type { LocalDevice, ModelFacts } from "./modelFacts";
import type { LocalModelApi, Outcome } from "./protocol";

/** The model that is offered first: small enough for any laptop, tuned to follow instructions. */
export const DEFAULT_LOCAL_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct";

/** Bytes of ONNX Runtime that come from the page's own origin beside the model. */
export const RUNTIME_BYTES = 26_861_777;

export class LocalTeacher implements Teacher {
  readonly #hubUrl: string;
  #thread: Thread | null = null;
  #facts: ModelFacts | null = null;

  constructor(hubUrl: string) {
    this.#hubUrl = hubUrl;
  }

  get name(): string {
    return this.#facts?.repo ?? "";
  }

  /** Size, license and device, before anything of weight is fetched. Throws `hub/…`, `teacher/no-onnx`. */
  findFacts(repo: string, device: LocalDevice): Promise<ModelFacts> {
    this.#thread ??= new Thread();
    return this.#thread.settle((api) => api.findFacts(repo, this.#hubUrl, device));
  }

  /** Fetches the model, or opens it from the browser's cache. Aborting ends the thread. */
  async load(
    facts: ModelFacts,
    onBytes: (doneBytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    // A thread holds one model: another one begins with empty memory.
    this.dispose();
    const thread = new Thread();
    this.#thread = thread;
    const stop = () => this.dispose();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await thread.settle((api) => api.load(facts, this.#hubUrl, proxy(onBytes)));
      this.#facts = facts;
    } catch (error) {
      throw signal.aborted ? abortError() : error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async generate(
    messages: readonly ChatMessage[],
    { signal, onText, temperature, maxTokens }: GenerateOptions,
  ): Promise<GeneratedText> {
    if (signal.aborted) throw abortError();
    const thread = this.#thread;
    if (!thread || !this.#facts) throw new Error("LocalTeacher.generate: no model is loaded");
    const stop = () => thread.interrupt();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answer = await thread.settle((api) =>
        api.generate(messages, { temperature, maxTokens }, proxy(onText ?? (() => undefined))),
      );
      if (signal.aborted) throw abortError();
      return answer;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ends the thread and frees its memory. */
  dispose(): void {
    this.#thread?.end();
    this.#thread = null;
    this.#facts = null;
  }
}

/** A worker whose calls all settle: Comlink leaves them open when it dies. */
class Thread {
  readonly #worker: Worker;
  readonly #api: Remote<LocalModelApi>;
  readonly #dead: Promise<never>;
  #die: (error: Error) => void = () => undefined;

  constructor() {
    this.#worker = new Worker(new URL("./localModel.worker.ts", import.meta.url), {
      type: "module",
    });
    this.#dead = new Promise((_, reject) => (this.#die = reject));
    this.#dead.catch(() => undefined);
    this.#worker.addEventListener("error", (event) => {
      const words = event.message || "its script could not be loaded";
      this.#die(new AppError("worker/crashed", `The teacher's thread ended: ${words}.`));
    });
    this.#api = wrap<LocalModelApi>(this.#worker);
  }

  async settle<T>(call: (api: Remote<LocalModelApi>) => Promise<Outcome<T>>): Promise<T> {
    const outcome = await Promise.race([call(this.#api), this.#dead]);
    if ("error" in outcome) throw fromErrorRecord(outcome.error);
    return outcome.value;
  }

  interrupt(): void {
    void this.#api.interrupt();
  }

  end(): void {
    this.#die(abortError());
    this.#api[releaseProxy]();
    this.#worker.terminate();
  }
}
