/** The teacher behind an address, over real HTTP. */
import { afterEach, describe, expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import {
  EndpointTeacher,
  listModels,
  type EndpointOptions,
} from "@/teacher/endpoint/endpointTeacher";
import { startChatServer, type ChatServer, type ChatServerOptions } from "./chatServer";

const TEXT = "Kälte, “quoted”, 🙂 and\nseveral lines.";
const servers: ChatServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function setup(more: Partial<ChatServerOptions> = {}) {
  const server = await startChatServer({ models: ["tiny"], answer: () => TEXT, ...more });
  servers.push(server);
  const waits: number[] = [];
  const options: EndpointOptions = {
    // The waiting is measured, not done.
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  const teacher = (key = "") =>
    new EndpointTeacher({ baseUrl: server.baseUrl, key }, "tiny", options);
  return { server, waits, teacher };
}

const QUESTION = [{ role: "user" as const, content: "Say something." }];
const settings = (signal = new AbortController().signal) => ({
  signal,
  temperature: 0.5,
  maxTokens: 100,
});
const faultOf = async (task: Promise<unknown>) =>
  (await task.then(() => null).catch((error: unknown) => error)) as AppError;

describe("a whole answer", () => {
  test("comes in pieces, ends as it was sent, and its tokens are counted", async () => {
    const { teacher, server } = await setup();
    const seen: string[] = [];
    const { text, usage } = await teacher().generate(QUESTION, {
      ...settings(),
      onText: (soFar) => seen.push(soFar),
    });
    expect(text).toBe(TEXT);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.every((soFar) => TEXT.startsWith(soFar))).toBe(true);
    expect(usage).toEqual({ promptTokens: 2, completionTokens: seen.length });
    expect(server.requests[0]?.body).toMatchObject({
      model: "tiny",
      stream: true,
      max_tokens: 100,
    });
    expect(server.requests[0]?.authorization).toBe("");
  });

  test("the key travels in the header, and the models are listed with it", async () => {
    const { teacher, server } = await setup({ key: "secret" });
    const { signal } = new AbortController();
    expect(await listModels({ baseUrl: server.baseUrl, key: "secret" }, signal)).toEqual(["tiny"]);
    await teacher("secret").generate(QUESTION, settings());
    expect(server.requests[0]?.authorization).toBe("Bearer secret");
  });
});

describe("a refused request", () => {
  test("a wrong key is said at once, with the server's words", async () => {
    const { teacher, waits } = await setup({ key: "secret" });
    const error = await faultOf(teacher("guess").generate(QUESTION, settings()));
    expect(error).toMatchObject({
      code: "teacher/refused",
      message: "Refused with status 401. Incorrect API key provided.",
    });
    expect(waits).toEqual([]);
  });

  test("429 is repeated after the time that the server asks for, then with back-off", async () => {
    const busy = { status: 429, headers: { "retry-after": "3" } };
    const { teacher, waits } = await setup({ faults: [busy, { status: 503 }, { status: 429 }] });
    const { text } = await teacher().generate(QUESTION, settings());
    expect(text).toBe(TEXT);
    expect(waits).toEqual([3000, 2000, 4000]);
  });

  test("after five tries it is given up", async () => {
    const { teacher, server } = await setup({ faults: Array(9).fill({ status: 429 }) as never });
    const error = await faultOf(teacher().generate(QUESTION, settings()));
    expect(error).toMatchObject({ code: "teacher/busy" });
    expect(error.message).toContain("in 5 tries");
    expect(server.requests).toHaveLength(5);
  });

  test("an empty purse and an hour of waiting are not waited for", async () => {
    const purse = { status: 429, error: { message: "No credit.", code: "insufficient_quota" } };
    const hour = { status: 429, headers: { "retry-after": "3600" } };
    const { teacher, waits } = await setup({ faults: [purse, hour] });
    const first = await faultOf(teacher().generate(QUESTION, settings()));
    expect(first.message).toContain("No credit.");
    const second = await faultOf(teacher().generate(QUESTION, settings()));
    expect(second.message).toContain("It asks to wait 3600 s.");
    expect(waits).toEqual([]);
  });

  test("a field that the server does not know is left out, or renamed, from then on", async () => {
    const refuse = (param: string) => ({ status: 400, error: { message: `no ${param}`, param } });
    const { teacher, server } = await setup({
      faults: [refuse("max_tokens"), refuse("temperature")],
    });
    const one = teacher();
    await one.generate(QUESTION, settings());
    await one.generate(QUESTION, settings());
    const last = server.requests.at(-1)?.body as Record<string, unknown>;
    expect(server.requests).toHaveLength(4);
    expect(last.max_completion_tokens).toBe(100);
    expect("max_tokens" in last || "temperature" in last).toBe(false);
  });
});

describe("a connection that ends", () => {
  test("a cut stream is said, not taken for an answer", async () => {
    const { teacher } = await setup({ faults: ["cut"] });
    const error = await faultOf(teacher().generate(QUESTION, settings()));
    expect(error.code).toBe("teacher/cut-off");
    expect(error.message).toMatch(/^The answer broke off after \d+ characters\.$/);
  });

  test("stopping ends the request at the server too", async () => {
    const { teacher, server } = await setup({ pieceDelayMs: 20, answer: () => TEXT.repeat(20) });
    const abort = new AbortController();
    const task = teacher().generate(QUESTION, {
      ...settings(abort.signal),
      onText: () => abort.abort(),
    });
    expect(await faultOf(task)).toMatchObject({ name: "AbortError" });
    await expect.poll(() => server.abandoned).toBe(1);
  });

  test("where nobody listens, the address is named", async () => {
    const { teacher, server } = await setup();
    await server.close();
    servers.length = 0;
    const error = await faultOf(teacher().generate(QUESTION, settings()));
    expect(error).toMatchObject({ code: "teacher/unreachable" });
    expect(error.details.baseUrl).toBe(server.baseUrl);
  });
});
