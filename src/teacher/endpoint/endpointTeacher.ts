/**
 * A teacher behind any address that speaks OpenAI's chat form: a server on this machine (Ollama,
 * LM Studio, llama.cpp), or a paid service. The key stays in this object and goes to that address only.
 */
import * as v from "valibot";
import { AppError } from "@/core/errors";
import {
  isAbort,
  type ChatMessage,
  type GeneratedText,
  type GenerateOptions,
  type Teacher,
} from "@/teacher/teacher";
import { parseFault, readAnswer, type Fault } from "./chatStream";
import { MAX_WAIT_MS, parseRetryAfter, planRetry, sleep } from "./retry";

export type Endpoint = {
  /** From `parseBaseUrl`. */
  baseUrl: string;
  /** Empty for servers that want none. */
  key: string;
};

export type EndpointOptions = {
  /** A refused request will be repeated after so long. */
  onWait?: (waitMs: number, status: number) => void;
  fetch?: typeof globalThis.fetch;
  sleep?: typeof sleep;
};

const ModelList = v.object({ data: v.array(v.object({ id: v.string() })) });

/** Settings that a server may refuse, and another name to try. New models of OpenAI refuse `max_tokens`. */
const OPTIONAL_FIELDS: Record<string, string | null> = {
  max_tokens: "max_completion_tokens",
  max_completion_tokens: null,
  temperature: null,
  stream_options: null,
};

/** Names of the models that the server offers. Throws `teacher/…`. */
export async function listModels(
  endpoint: Endpoint,
  signal: AbortSignal,
  options: EndpointOptions = {},
): Promise<string[]> {
  const response = await request(endpoint, "/models", null, signal, options);
  const text = await response.text();
  try {
    return v.parse(ModelList, JSON.parse(text)).data.map(({ id }) => id);
  } catch (cause) {
    const message = `${endpoint.baseUrl}/models answers, but not with a list of models: ${text.slice(0, 120)}`;
    throw new AppError("teacher/failed", message, {}, { cause });
  }
}

export class EndpointTeacher implements Teacher {
  readonly name: string;
  readonly #endpoint: Endpoint;
  readonly #options: EndpointOptions;
  /** Names of fields that this server takes; null for those that it refused. */
  readonly #names = new Map<string, string | null>();

  constructor(endpoint: Endpoint, model: string, options: EndpointOptions = {}) {
    this.name = model;
    this.#endpoint = endpoint;
    this.#options = options;
  }

  async generate(
    messages: readonly ChatMessage[],
    { signal, onText, temperature, maxTokens }: GenerateOptions,
  ): Promise<GeneratedText> {
    const fields: Record<string, unknown> = {
      max_tokens: maxTokens,
      temperature,
      stream_options: { include_usage: true },
    };
    for (;;) {
      const body: Record<string, unknown> = { model: this.name, messages, stream: true };
      for (const [field, value] of Object.entries(fields)) {
        const name = this.#names.has(field) ? this.#names.get(field) : field;
        if (name) body[name] = value;
      }
      try {
        const path = "/chat/completions";
        const response = await request(this.#endpoint, path, body, signal, this.#options);
        return await readAnswer(response, onText);
      } catch (error) {
        if (!(error instanceof UnknownField) || !this.#learn(error.field)) throw error;
      }
    }
  }

  /** Remembers that the server does not know a field; false when it was not sent anyway. */
  #learn(refused: string): boolean {
    for (const field of ["max_tokens", "temperature", "stream_options"]) {
      const sent = this.#names.has(field) ? this.#names.get(field) : field;
      if (sent !== refused) continue;
      this.#names.set(field, OPTIONAL_FIELDS[refused] ?? null);
      return true;
    }
    return false;
  }
}

/** The server refused one field of the request; it might take the rest. */
class UnknownField extends AppError {
  readonly field: string;
  constructor(field: string, message: string) {
    super("teacher/failed", message);
    this.field = field;
  }
}

/** One request, repeated while `planRetry` says so. A null body makes it a GET. */
async function request(
  { baseUrl, key }: Endpoint,
  path: string,
  body: unknown,
  signal: AbortSignal,
  { fetch: doFetch = fetch, sleep: wait = sleep, onWait }: EndpointOptions,
): Promise<Response> {
  const init: RequestInit = {
    method: body === null ? "GET" : "POST",
    headers: {
      ...(body !== null && { "content-type": "application/json" }),
      ...(key !== "" && { authorization: `Bearer ${key}` }),
    },
    ...(body !== null && { body: JSON.stringify(body) }),
    // Nothing but the key says who asks, and the key follows no redirect to elsewhere.
    credentials: "omit",
    referrerPolicy: "no-referrer",
    redirect: "error",
    cache: "no-store",
    signal,
  };
  for (let tries = 1; ; tries++) {
    let response: Response;
    try {
      response = await doFetch(baseUrl + path, init);
    } catch (cause) {
      if (isAbort(cause)) throw cause;
      const message = `No answer from ${baseUrl}.`;
      throw new AppError("teacher/unreachable", message, { baseUrl }, { cause });
    }
    if (response.ok) return response;
    const fault = parseFault(await response.text().catch(() => ""));
    const retryAfter = response.headers.get("retry-after");
    const waitMs = planRetry({ status: response.status, retryAfter, code: fault.code }, tries);
    if (waitMs === null) throw toError(response.status, fault, retryAfter, tries);
    onWait?.(waitMs, response.status);
    await wait(waitMs, signal);
  }
}

function toError(status: number, fault: Fault, retryAfter: string | null, tries: number): AppError {
  const words = fault.message === "" ? "" : ` ${fault.message}`;
  if (status === 401 || status === 403) {
    return new AppError("teacher/refused", `Refused with status ${status}.${words}`, { status });
  }
  if (status === 429) {
    const asked = parseRetryAfter(retryAfter, Date.now()) ?? 0;
    const later = asked > MAX_WAIT_MS ? ` It asks to wait ${Math.ceil(asked / 1000)} s.` : "";
    const often = tries > 1 ? ` in ${tries} tries` : "";
    const message = `Refused with status 429${often}.${later}${words}`;
    return new AppError("teacher/busy", message, { status });
  }
  const often = tries > 1 ? `, ${tries} times` : "";
  const message = `The server answered with status ${status}${often}.${words}`;
  if (status === 400 && fault.param in OPTIONAL_FIELDS) {
    return new UnknownField(fault.param, message);
  }
  return new AppError("teacher/failed", message, { status });
}
