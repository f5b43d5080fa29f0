import { describe, expect, test } from "vitest";
import { guessServer, isKeyExposed, parseBaseUrl } from "./address";
import { parseFault, readAnswer } from "./chatStream";
import { parseRetryAfter, planRetry } from "./retry";
import { readServerSentEvents } from "./serverSentEvents";
import { explainUnreachable } from "./unreachable";

/** A body that arrives in pieces of this many bytes: cuts fall inside of letters and line ends. */
function toBody(text: string, pieceBytes: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += pieceBytes)));
    },
  });
}

describe("server-sent events", () => {
  test("line ends, comments, several data lines, and a missing last blank line", async () => {
    const text =
      'data: {"a": "é🙂"}\r\n\r\n: still here\n\nevent: x\ndata:one\ndata: two\n\ndata: last';
    for (const pieceBytes of [1, 3, 1000]) {
      const events: string[] = [];
      for await (const data of readServerSentEvents(toBody(text, pieceBytes))) events.push(data);
      expect(events).toEqual(['{"a": "é🙂"}', "one\ntwo", "last"]);
    }
  });
});

describe("answers", () => {
  const read = (text: string, type = "text/event-stream") =>
    readAnswer(new Response(toBody(text, 5), { headers: { "content-type": type } }));
  const piece = (content: string) =>
    `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

  test("an end without finish_reason counts when the server says [DONE]", async () => {
    expect(await read(`${piece("Hi")}data: [DONE]\n\n`)).toEqual({
      text: "Hi",
      isCut: false,
      usage: null,
    });
  });

  test("a server that does not stream is read whole", async () => {
    const body = {
      choices: [{ message: { content: "Hi" }, finish_reason: "length" }],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    };
    expect(await read(JSON.stringify(body), "application/json")).toEqual({
      text: "Hi",
      isCut: true,
      usage: { promptTokens: 3, completionTokens: 1 },
    });
  });

  test("an error in the middle of the stream, and what is no answer, are said", async () => {
    await expect(
      read(`${piece("Hi")}data: {"error": {"message": "out of memory"}}\n\n`),
    ).rejects.toThrow("The server says: out of memory");
    await expect(read("data: <html>\n\n")).rejects.toThrow("not in OpenAI's form: <html>");
    await expect(read(piece("Hi"))).rejects.toThrow("broke off after 2 characters");
  });

  test("faults are read in each of the usual shapes", () => {
    expect(parseFault('{"error": {"message": "no", "code": "x"}}')).toMatchObject({
      message: "no",
      code: "x",
    });
    expect(parseFault('{"error": "model not found"}').message).toBe("model not found");
    expect(parseFault('{"detail": "gone"}').message).toBe("gone");
    expect(parseFault("<html>Bad gateway</html>").message).toBe("");
  });
});

describe("retry", () => {
  test("waits double, up to four times, for what passes", () => {
    const busy = { status: 503, retryAfter: null, code: "" };
    expect([1, 2, 3, 4, 5].map((tries) => planRetry(busy, tries))).toEqual([
      1000,
      2000,
      4000,
      8000,
      null,
    ]);
    for (const status of [400, 401, 404, 501]) expect(planRetry({ ...busy, status }, 1)).toBeNull();
  });

  test("Retry-After may be seconds or a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(parseRetryAfter("2.5", now)).toBe(2500);
    expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now)).toBe(30_000);
    expect(parseRetryAfter("soon", now)).toBeNull();
  });
});

describe("addresses", () => {
  test.each([
    ["localhost:11434", "http://localhost:11434/v1"],
    ["http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1"],
    ["api.example.com", "https://api.example.com/v1"],
    ["https://example.com/openai/v1/", "https://example.com/openai/v1"],
    ["http://me:secret@example.com", null],
    ["ftp://example.com", null],
    ["not an address", null],
  ])("%s", (typed, expected) => expect(parseBaseUrl(typed)).toBe(expected));

  test("a key over plain http is safe on this machine only", () => {
    expect(isKeyExposed("http://localhost:1234/v1", "k")).toBe(false);
    expect(isKeyExposed("http://192.168.1.5:1234/v1", "k")).toBe(true);
    expect(isKeyExposed("http://192.168.1.5:1234/v1", "")).toBe(false);
  });

  test("the causes name the server's own setting, with this page's origin", () => {
    const page = "https://tabtune.example";
    expect(guessServer("http://localhost:11434/v1")).toBe("ollama");
    const titles = explainUnreachable("http://localhost:11434/v1", page, "denied").map(
      ({ title }) => title,
    );
    expect(titles[0]).toBe("The browser keeps this page from the local network");
    expect(titles).toHaveLength(3);
    const [cors] = explainUnreachable("http://localhost:11434/v1", page, "granted");
    expect(cors?.commands[0]?.text).toBe(`OLLAMA_ORIGINS="${page}" ollama serve`);
    const [mixed] = explainUnreachable("http://192.168.1.5:1234/v1", page, null);
    expect(mixed?.title).toContain("https may not ask a server on http");
  });
});
