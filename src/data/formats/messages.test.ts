import { beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../conversation";
import { readDataFile, readDataText } from "../dataFile";
import { readDataset, remapDataset, type Dataset } from "../dataset";
import { readProjectBytes } from "../testing/files";

const FOLDER = "fixtures/data/formats";
const open = (file: string): Promise<Dataset> =>
  readDataFile(file, readProjectBytes(`${FOLDER}/${file}`));

// Loaded on demand, which takes seconds on a busy machine.
beforeAll(async () => {
  await Promise.all([import("../parse/table"), import("fflate")]);
}, 60_000);

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const system = (content: string): Message => ({ role: "system", content });
const talksOf = ({ conversations }: Dataset): Message[][] =>
  conversations.map(({ messages }) => messages);
const choose = (dataset: Dataset, options: Record<string, string>): Dataset =>
  remapDataset(dataset, { ...dataset.mapping, options });

describe("instructions", () => {
  it("Alpaca's history becomes earlier turns, after the system text", async () => {
    expect(talksOf(await open("alpaca.jsonl"))).toEqual([
      [
        { role: "user", content: "Turn the sentence into a question.", input: "The bus is late." },
        assistant("Is the bus late?"),
      ],
      [
        system("Be brief."),
        user("Turn the sentence into a question."),
        assistant("Is the bus late?"),
        user("And now shout it."),
        assistant("IS THE BUS LATE?"),
      ],
    ]);
  });

  it("Dolly's context is the input, and the category is kept", async () => {
    const [first, second] = (await open("dolly.jsonl")).conversations;
    expect(first?.messages[0]?.input).toBe("The shed behind the house is green.");
    expect(first?.category).toBe("closed_qa");
    expect(second?.messages[0]).toEqual(user("Name a fruit."));
  });

  it("Self-Instruct gives one example for each instance, on the same line", async () => {
    const dataset = await open("self-instruct.jsonl");
    expect(dataset.conversations.map(({ line }) => line)).toEqual([1, 1]);
    expect(talksOf(dataset).map(([prompt]) => prompt?.input)).toEqual(["leaf", "mouse"]);
    expect(dataset.notes).toEqual([
      { text: "An instance without an answer is left out.", count: 1, line: 1 },
    ]);
  });

  it("a critique's revision is learned and its first answer kept as the worse one", async () => {
    const [conversation] = (await open("critique.jsonl")).conversations;
    expect(conversation?.messages.at(-1)).toEqual(
      assistant("Rain is water that falls from clouds."),
    );
    expect(conversation?.rejected?.at(-1)).toEqual(assistant("It is wet."));
  });

  it("OpenOrca's empty system text is none", async () => {
    const [first, second] = talksOf(await open("open-orca.jsonl"));
    expect(first).toEqual([system("You are brief."), user("Capital of Peru?"), assistant("Lima.")]);
    expect(second).toEqual([user("Capital of Italy?"), assistant("Rome.")]);
  });

  it("a rationale is learned before the answer, or left out", async () => {
    const dataset = await open("flan-cot.tsv");
    expect(talksOf(dataset)).toEqual([
      [
        user("Can a fish climb a tree?\nOptions:\n- yes\n- no"),
        assistant("Fish live in water and have no legs.\nSo the answer is: no"),
      ],
      [
        user('"All birds are blue."\nIs this true?'),
        assistant("Sparrows are brown.\nSo the answer is: no"),
      ],
    ]);
    expect(dataset.notes[0]?.text).toContain("no header row");
    const plain = choose(dataset, { rationale: "leave-out" });
    expect(talksOf(plain)[0]?.[1]).toEqual(assistant("no"));
  });

  it("a rationale beside Alpaca's columns leaves the input in its place", () => {
    const record = {
      instruction: "Add.",
      input: "1 + 2",
      output: "3",
      rationale: "One more than 2.",
    };
    const { mapping, conversations } = readDataset("a", JSON.stringify(record));
    expect(mapping.format).toBe("chain-of-thought");
    expect(conversations[0]?.messages).toEqual([
      { role: "user", content: "Add.", input: "1 + 2" },
      assistant("One more than 2.\nSo the answer is: 3"),
    ]);
  });

  it("line ends of a table are line ends, for all of one stray backslash in it", async () => {
    const rows = Array.from(
      { length: 200 },
      (_, i) => `Is ${i} even?\\nyes or no\tno\tIt is ${i}.`,
    );
    const table = [...rows, "Is a \\Tree one?\tno\tTrees are not numbers."].join("\n");
    const { conversations } = await readDataText("cot.tsv", table);
    expect(conversations[3]?.messages[0]?.content).toBe("Is 3 even?\nyes or no");
    expect(conversations[200]?.messages[0]?.content).toBe("Is a \\Tree one?");
  });
});

describe("chats", () => {
  it("ShareGPT takes every name of a role; turns around the talk are dropped and said", async () => {
    const dataset = await open("sharegpt.json");
    expect(talksOf(dataset)).toEqual([
      [user("Name a tree."), assistant("Oak."), user("Another?"), assistant("Elm.")],
      [system("Answer in one word."), user("Color of grass?"), assistant("Green.")],
    ]);
    expect(dataset.notes).toEqual([
      { text: "Turns before the first of the user are left out.", count: 1, line: 1 },
      { text: "Turns after the last answer are left out.", count: 1, line: 1 },
    ]);
  });

  it("a message with weight 0 is not learned; a problem has the validator's name", async () => {
    const { conversations, problems } = await open("messages.jsonl");
    expect(conversations[0]?.messages.map(({ isTrained }) => isTrained)).toEqual([
      undefined,
      undefined,
      false,
      undefined,
      undefined,
    ]);
    expect(problems).toEqual([
      {
        line: 2,
        reason: "There is no assistant message.",
        code: "example_missing_assistant_message",
      },
    ]);
  });

  it("tool turns are written as text, or left out", async () => {
    const dataset = await open("tools.jsonl");
    expect(talksOf(dataset)[0]).toEqual([
      system('<tools>\n{"name":"weather","parameters":{}}\n</tools>'),
      user("Weather in Rome?"),
      assistant('<tool_call>\n{"name":"weather","arguments":{"city":"Rome"}}\n</tool_call>'),
      user("<tool_response>\n21 °C\n</tool_response>"),
      assistant("It is 21 °C in Rome."),
    ]);
    expect(dataset.notes[0]?.text).toContain("read, not learned");
    const without = choose(dataset, { tools: "leave-out" });
    expect(talksOf(without)[0]).toEqual([
      user("Weather in Rome?"),
      assistant("It is 21 °C in Rome."),
    ]);
    expect(without.notes[0]?.text).toContain("left out");
  });

  it("ChatGPT's export is followed along the branch seen last", async () => {
    expect(talksOf(await open("chatgpt.json"))).toEqual([
      [user("A tree?"), assistant("Oak,\na big one.")],
    ]);
  });

  it("OpenAssistant trees give all paths or the best", async () => {
    const dataset = await open("oasst-trees.jsonl");
    const best = [user("Name a river."), assistant("The Nile."), user("Another?")];
    expect(talksOf(dataset)).toEqual([
      [...best, assistant("The Po.")],
      [user("Name a river."), assistant("River.")],
    ]);
    expect(talksOf(choose(dataset, { paths: "best" }))).toEqual([[...best, assistant("The Po.")]]);
  });

  it("OpenAssistant messages find their parents wherever they stand", async () => {
    const dataset = await open("oasst-messages.jsonl");
    expect(talksOf(dataset)).toEqual([
      [user("Name a river."), assistant("The Nile.")],
      [user("Name a river."), assistant("The Po.")],
    ]);
    expect(dataset.problems).toEqual([
      { line: 4, reason: "Its parent message gone is not in the file." },
    ]);
  });
});

describe("preferences", () => {
  it("the chosen side is learned, the other kept", async () => {
    const [hh] = (await open("hh.jsonl")).conversations;
    const before = [user("Hi"), assistant("Hello!"), user("A joke?")];
    expect(hh?.messages).toEqual([...before, assistant("Why did the hen cross the road?")]);
    expect(hh?.rejected).toEqual([...before, assistant("No.")]);
    const dpo = (await open("dpo.jsonl")).conversations;
    expect(dpo.map(({ messages }) => messages)).toEqual([
      [user("Say hello."), assistant("Hello! How are you?")],
      [user("Say bye."), assistant("Goodbye!")],
      [user("Sing."), assistant("La la.")],
    ]);
    expect(dpo.map(({ rejected }) => rejected?.at(-1)?.content)).toEqual(["What?", "Go.", "No."]);
    for (const file of ["dpo-sharegpt.json", "together.jsonl"]) {
      const [pair] = (await open(file)).conversations;
      expect(pair?.messages).toEqual([user("Name a bird."), assistant("A robin.")]);
      expect(pair?.rejected).toEqual([user("Name a bird."), assistant("A cow.")]);
    }
  });

  it("answers marked as bad are not learned, and listed", async () => {
    const { conversations, problems } = await open("kto.jsonl");
    expect(conversations[0]?.messages).toEqual([user("Say hello."), assistant("Hello!")]);
    expect(problems[0]).toMatchObject({ line: 2 });
    expect(problems[0]?.reason).toContain("marked as bad");
  });
});

describe("people", () => {
  it("who is the assistant is guessed by name and can be chosen", async () => {
    const dataset = await open("support.csv");
    expect(dataset.options[0]?.initial).toBe("Support");
    expect(talksOf(dataset)).toEqual([
      [user("My key does not turn."), assistant("Pull the door towards you.")],
      [user("Hello, are you open?\nToday?"), assistant("Yes, until six.")],
    ]);
    expect(dataset.notes).toEqual([
      { text: "Messages after the last answer are left out.", count: 1, line: 4 },
    ]);
    const turned = choose(dataset, { assistant: "Ben" });
    expect(talksOf(turned)).toEqual([[user("Yes, until six."), assistant("Thanks")]]);
    // A choice that the data do not offer is as good as none.
    expect(talksOf(choose(dataset, { assistant: "Nobody" }))).toEqual(talksOf(dataset));
  });

  it("a log of lines keeps what goes over several, and blank lines part talks", async () => {
    expect(talksOf(await open("support.txt"))).toEqual([
      [user("My key does not turn."), assistant("Pull the door towards you.\nThen turn it.")],
      [user("Are you open?"), assistant("Until six.")],
    ]);
  });
});

describe("tables and pages", () => {
  it("a FAQ keeps line breaks, quotes and categories", async () => {
    const { conversations } = await open("faq.csv");
    expect(conversations.map(({ line, category }) => [line, category])).toEqual([
      [2, "loans"],
      [4, "fees"],
    ]);
    expect(conversations[0]?.messages[1]?.content).toBe("Put it into the box,\nday or night.");
    expect(conversations[1]?.messages[0]?.content).toBe('What is a "late fee"?');
  });

  it("headings are questions, with the headings above them as category", async () => {
    const { conversations } = await open("faq.md");
    expect(conversations.map(({ messages }) => messages[0]?.content)).toEqual([
      "How do I return a book?",
      "What does a late book cost?",
      "Opening hours",
    ]);
    expect(conversations[0]?.messages[1]?.content).toContain("# not a heading");
    expect(conversations.map(({ category }) => category)).toEqual([
      "Library",
      "Library › Fees",
      "Library",
    ]);
  });
});

describe("prompts and texts", () => {
  it("only the first of several turns is asked", async () => {
    const dataset = await open("mt-bench.jsonl");
    expect(talksOf(dataset)).toEqual([[user("Write about a trip.")]]);
    expect(dataset.conversations[0]?.category).toBe("writing");
    expect(dataset.notes).toHaveLength(1);
  });

  it("segments are learned exactly as labelled, and only a learned end ends", async () => {
    const [conversation] = (await open("segments.jsonl")).conversations;
    expect(conversation).toMatchObject({ isRaw: true });
    expect(conversation?.messages).toEqual([
      user("The sky is"),
      { role: "assistant", content: " blue", endsTurn: false },
      user(" and grass is"),
      assistant(" green."),
    ]);
  });

  it("a known template is read back; of other text all is learned, and said", async () => {
    const dataset = await open("text.jsonl");
    expect(dataset.conversations.map(({ isRaw }) => isRaw)).toEqual([false, true]);
    expect(talksOf(dataset)).toEqual([
      [user("Name a tree."), assistant("Oak.")],
      [assistant("Once upon a time there was a lighthouse.")],
    ]);
    expect(dataset.notes.map(({ text }) => text)).toEqual([
      "Read back from the Alpaca template.",
      "Fits no known template: all of its tokens are learned, as there is no prompt.",
    ]);
  });

  it("paragraphs of a text file know their lines", async () => {
    const { conversations } = await open("prose.txt");
    expect(conversations.map(({ line }) => line)).toEqual([1, 4]);
  });
});
