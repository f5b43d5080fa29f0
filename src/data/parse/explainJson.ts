/**
 * Says in words why a piece of JSON cannot be read. `JSON.parse` decides what is valid; this only
 * looks for the first fault in what it refused, because its own messages differ by browser.
 */

const SPACE = new Set([" ", "\t", "\n", "\r"]);
const ESCAPES = new Set(['"', "\\", "/", "b", "f", "n", "r", "t"]);
const CURLY_QUOTES = new Set(["“", "”", "„", "‘", "’"]);
const FOREIGN_WORDS: Record<string, string> = {
  None: "null",
  True: "true",
  False: "false",
  undefined: "null",
  NaN: "null",
  Infinity: "null",
};

class Fault extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** The first fault of `text` as a sentence with its column, from 1. */
export function explainJson(text: string): string {
  try {
    new Reader(text).readDocument();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return `${thrown.message} (column ${thrown.at + 1}).`;
  }
  return "This is not valid JSON.";
}

/** The start of a text in quotes that are not its own. */
function quote(text: string): string {
  const start = text.length > 24 ? `${text.slice(0, 24)}…` : text;
  return `«${start.trim()}»`;
}

type Open = { bracket: "{" | "["; isFresh: boolean };

class Reader {
  readonly #text: string;
  #at = 0;
  /** Open brackets, innermost last; a list, so that deep nesting cannot exhaust the stack. */
  readonly #open: Open[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): void {
    this.#skipSpace();
    this.#startValue();
    while (this.#open.length > 0) this.#continueContainer();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#failAfterValue();
  }

  #failAfterValue(): never {
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith(","))
      this.#fail("There is a comma after the record; a line ends without one");
    if (rest.startsWith("{")) this.#fail("A second record starts on the same line");
    this.#fail(`After the end of the record comes ${quote(rest)}`);
  }

  #fail(message: string, at = this.#at): never {
    throw new Fault(at, message);
  }

  #skipSpace(): void {
    while (SPACE.has(this.#text[this.#at] ?? "")) this.#at++;
    if (this.#text.startsWith("//", this.#at) || this.#text.startsWith("/*", this.#at)) {
      this.#fail("JSON has no comments");
    }
  }

  /** Reads a plain value whole, or opens an object or a list. */
  #startValue(): void {
    const char = this.#text[this.#at];
    if (char === "{" || char === "[") {
      this.#open.push({ bracket: char, isFresh: true });
      this.#at++;
    } else if (char === '"') this.#readString();
    else this.#readWord(char);
  }

  /** Inside the innermost object or list: the next value, or the closing bracket. */
  #continueContainer(): void {
    const top = this.#open.at(-1);
    if (!top) return;
    this.#skipSpace();
    const close = top.bracket === "{" ? "}" : "]";
    if (this.#text[this.#at] === close) {
      this.#open.pop();
      this.#at++;
      return;
    }
    if (!top.isFresh) this.#readComma(top, close);
    top.isFresh = false;
    if (top.bracket === "{") this.#readKey();
    else this.#startValue();
  }

  #readComma(top: Open, close: string): void {
    const char = this.#text[this.#at];
    if (char === undefined) this.#failCutOff(top);
    if (char === "}" || char === "]") {
      this.#fail(`Found "${char}" where "${close}" closes what was opened`);
    }
    if (char !== ",") this.#fail(`A comma is missing before ${quote(this.#rest())}`);
    const commaAt = this.#at;
    this.#at++;
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === "}" || next === "]") {
      this.#fail(`There is a trailing comma before "${next}"`, commaAt);
    }
    if (next === ",") this.#fail("There are two commas in a row");
    if (next === undefined) this.#failCutOff(top);
  }

  #failCutOff(top: Open): never {
    const close = top.bracket === "{" ? "}" : "]";
    this.#fail(`The text ends before "${close}": it seems to be cut off`);
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #readKey(): void {
    const char = this.#text[this.#at];
    if (char === undefined) this.#fail("The text ends inside an object: it seems to be cut off");
    if (char !== '"') {
      this.#failOnQuotes(char);
      this.#fail(`A column name must stand in double quotes, found ${quote(this.#rest())}`);
    }
    this.#readString();
    this.#skipSpace();
    if (this.#text[this.#at] !== ":") {
      const found = this.#text[this.#at];
      if (found === undefined)
        this.#fail("The text ends after a column name: it seems to be cut off");
      this.#fail(`A colon must follow a column name, found ${quote(this.#rest())}`);
    }
    this.#at++;
    this.#skipSpace();
    this.#startValue();
  }

  #failOnQuotes(char: string): void {
    if (char === "'") this.#fail("Single quotes are used; JSON needs double quotes");
    if (CURLY_QUOTES.has(char)) this.#fail(`Curly quotes (${char}) are used; JSON needs plain "`);
  }

  #readString(): void {
    const start = this.#at;
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined)
        this.#fail("A text is never closed: its second quote is missing", start);
      if (char === '"') break;
      if (char === "\n" || char === "\r") {
        this.#fail("A line break stands inside a text; write it as \\n");
      }
      if (char < " ") {
        const code = char.charCodeAt(0).toString(16).padStart(2, "0");
        const name = char === "\t" ? "A tab" : `A control character (0x${code})`;
        this.#fail(
          `${name} stands inside a text; write it as ${char === "\t" ? "\\t" : `\\u00${code}`}`,
        );
      }
      if (char === "\\") this.#readEscape();
      else this.#at++;
    }
    this.#at++;
  }

  #readEscape(): void {
    const next = this.#text[this.#at + 1] ?? "";
    if (ESCAPES.has(next)) {
      this.#at += 2;
    } else if (
      next === "u" &&
      /^[0-9a-fA-F]{4}$/.test(this.#text.slice(this.#at + 2, this.#at + 6))
    ) {
      this.#at += 6;
    } else {
      this.#fail(`"\\${next}" is not a JSON escape; a backslash itself is written \\\\`);
    }
  }

  #readWord(char: string | undefined): void {
    if (char === undefined)
      this.#fail("The text ends where a value should stand: it seems to be cut off");
    this.#failOnQuotes(char);
    if (char === "," || char === "}" || char === "]" || char === ":") {
      this.#fail(`A value is missing before "${char}"`);
    }
    const word = /^[^\s,:{}[\]"]+/.exec(this.#rest())?.[0] ?? char;
    if (/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(word)) {
      this.#at += word.length;
      return;
    }
    const json = Object.hasOwn(FOREIGN_WORDS, word) ? FOREIGN_WORDS[word] : undefined;
    if (json !== undefined) this.#fail(`"${word}" is not JSON; write ${json}`);
    if (/^[-+.\d]/.test(word)) this.#fail(`${quote(word)} is not a number in JSON`);
    if (this.#open.length === 0)
      this.#fail(`Expected a record in { }, found ${quote(this.#rest())}`);
    this.#fail(`Text must stand in double quotes, found ${quote(this.#rest())}`);
  }
}
