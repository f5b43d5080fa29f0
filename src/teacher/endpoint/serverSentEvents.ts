/**
 * Reads a stream of server-sent events and yields the data of each.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * Unlike the standard it also yields an event that the end of the stream leaves without its blank
 * line: some servers forget it.
 */

/** No chunk of an answer comes near this; more is not an event stream. */
const MAX_EVENT_CHARACTERS = 4_000_000;

export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      yield* events.push(text);
      if (done) break;
    }
    yield* events.end();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

class EventParser {
  #text = "";
  #data: string[] = [];

  /** Data of the events that this text completes. */
  *push(text: string): Generator<string> {
    this.#text += text;
    for (;;) {
      const match = /\r\n|\n|\r/.exec(this.#text);
      // A \r at the very end may be half of a \r\n.
      if (!match || (match[0] === "\r" && match.index === this.#text.length - 1)) break;
      const line = this.#text.slice(0, match.index);
      this.#text = this.#text.slice(match.index + match[0].length);
      yield* this.#readLine(line);
    }
    if (this.#text.length > MAX_EVENT_CHARACTERS) {
      throw new Error(`no line ends within ${MAX_EVENT_CHARACTERS} characters`);
    }
  }

  *end(): Generator<string> {
    if (this.#text !== "") yield* this.#readLine(this.#text.replace(/\r$/, ""));
    yield* this.#readLine("");
  }

  *#readLine(line: string): Generator<string> {
    if (line === "") {
      if (this.#data.length > 0) yield this.#data.join("\n");
      this.#data = [];
      return;
    }
    // A line that starts with a colon is a comment, which servers send to keep the line open.
    const match = /^data(?:: ?(.*))?$/s.exec(line);
    if (match) this.#data.push(match[1] ?? "");
  }
}
