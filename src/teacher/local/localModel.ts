/**
 * A chat model in ONNX form, run by transformers.js in this thread. ONNX Runtime's WebAssembly comes
 * from the page's own origin: the library would take it from a CDN.
 */
import {
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  InterruptableStoppingCriteria,
  random,
  Tensor,
  TextStreamer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type ProgressInfo,
} from "@huggingface/transformers";
import runtimeModule from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import runtimeBinary from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import { nextTask } from "@/core/nextTask";
import type { ChatMessage, GeneratedText } from "@/teacher/teacher";
import { REVISION, type ModelFacts } from "./modelFacts";

/** Nucleus of the likeliest tokens that are drawn from: the tail of a small model is noise. */
const TOP_P = 0.95;
const SEED = 1;

export class LocalModel {
  readonly #model: PreTrainedModel;
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #stopping = new InterruptableStoppingCriteria();

  private constructor(model: PreTrainedModel, tokenizer: PreTrainedTokenizer) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    // Without a pause between tokens no message, such as an interrupt, reaches this thread.
    const forward = model.forward.bind(model);
    model.forward = async (inputs) => {
      await nextTask();
      return forward(inputs) as unknown;
    };
  }

  /** `onBytes` gets the bytes that have come so far. */
  static async load(
    { repo, precision, device }: ModelFacts,
    hubUrl: string,
    onBytes: (doneBytes: number) => void,
  ): Promise<LocalModel> {
    env.allowLocalModels = false;
    env.remoteHost = `${hubUrl.replace(/\/+$/, "")}/`;
    // The browser's own cache keeps what comes from the page; a second copy would only take room.
    env.useWasmCache = false;
    const { wasm } = env.backends.onnx;
    if (wasm) wasm.wasmPaths = { mjs: absolute(runtimeModule), wasm: absolute(runtimeBinary) };
    const loaded = new Map<string, number>();
    const progress_callback = (info: ProgressInfo) => {
      if (info.status !== "progress") return;
      loaded.set(info.file, info.loaded);
      onBytes([...loaded.values()].reduce((sum, bytes) => sum + bytes, 0));
    };
    const options = { revision: REVISION, progress_callback };
    const tokenizer = await AutoTokenizer.from_pretrained(repo, options);
    const model = await AutoModelForCausalLM.from_pretrained(repo, {
      ...options,
      device,
      dtype: precision,
    });
    (random.seed as (seed: number) => void)(SEED);
    return new LocalModel(model, tokenizer);
  }

  async generate(
    messages: readonly ChatMessage[],
    { temperature, maxTokens }: { temperature: number; maxTokens: number },
    onText: (text: string) => void,
  ): Promise<GeneratedText> {
    const inputs = this.#encode(messages);
    const promptTokens = inputs.input_ids.dims[1] as number;
    this.#stopping.reset();
    let text = "";
    const streamer = new TextStreamer(this.#tokenizer, {
      skip_prompt: true,
      callback_function: (piece: string) => onText((text += piece)),
    });
    const sampling =
      temperature > 0 ? { do_sample: true, temperature, top_p: TOP_P } : { do_sample: false };
    const output = (await this.#model.generate({
      ...inputs,
      ...sampling,
      max_new_tokens: maxTokens,
      streamer,
      stopping_criteria: this.#stopping,
    })) as Tensor;
    const completionTokens = (output.dims[1] as number) - promptTokens;
    const isCut = completionTokens >= maxTokens;
    return { text, isCut, usage: { promptTokens, completionTokens } };
  }

  interrupt(): void {
    this.#stopping.interrupt();
  }

  #encode(messages: readonly ChatMessage[]): { input_ids: Tensor; attention_mask: Tensor } {
    if (this.#tokenizer.chat_template) {
      const options = { add_generation_prompt: true, return_dict: true } as const;
      return this.#tokenizer.apply_chat_template([...messages], options);
    }
    // A base model goes on where the text ends.
    const text = messages.map(({ content }) => content).join("\n\n");
    return this.#tokenizer(`${text}\n`);
  }
}

/** Vite's addresses may be relative to the page, and this thread's own files lie elsewhere. */
function absolute(url: string): string {
  return new URL(url, self.location.href).href;
}
