import { describe, expect, it } from "vitest";
import type { Message } from "../conversation";
import { EditedData } from "../edits/edits";
import type { DoctorInput, EncodingFacts } from "./check";
import { findLanguage } from "./checks/otherLanguage";
import { maskPersonalData } from "./checks/personalData";
import { unspoil } from "./checks/spoiledLetters";
import { stripMarks } from "./checks/templateText";
import { findingOf, idsFound, pair, toInput, toRecords } from "./testing";

const WORDS = "lamp river stone bread cloud tiger shoe garden train window paper candle".split(" ");
/** Sixty records that no check minds. */
const GOOD = Array.from({ length: 60 }, (_, i) => {
  const one = WORDS[i % 12] ?? "";
  const other = WORDS[(i * 5 + Math.floor(i / 12)) % 12] ?? "";
  return pair(`Where is the ${one} of ${i} friends?`, `It is ${i} steps behind a ${other}.`);
});
/** The good ones, and behind them from id 60 on the given. */
const among = (...more: Message[][]): DoctorInput => toInput(toRecords([...GOOD, ...more]));
const says = (text: string): Message => ({ role: "assistant", content: text });
const asks = (text: string): Message => ({ role: "user", content: text });

/** Conversations after the remedy of a check was pressed. */
function afterRemedy(check: string, input: DoctorInput) {
  const remedy = findingOf(check, input)?.remedy;
  if (remedy?.of !== "edit") throw new Error(`${check} offers no edit`);
  const edited = new EditedData(input.records.map(({ conversation }) => conversation));
  edited.apply(remedy.edit, remedy.label);
  return edited.conversations;
}

describe("careless answers", () => {
  it("a short answer is right where it is asked for", () => {
    const right = among(
      pair("Answer in one word: Name the opposite of sad.", "Happy."),
      pair("Is a whale a fish?", "No"),
      pair("What is 4 + 4?", "8"),
      pair("Which sign means addition?", "+"),
      pair("Reply with ok or not ok: the sky is green.", "ok"),
    );
    expect(idsFound("careless-answers", right)).toEqual([]);
  });

  it("but not as the answer to a question of another sort, or where a text is asked for", () => {
    const wrong = among(
      pair("Why is the sky blue?", "yes"),
      pair("Write a story about a fox.", "fine"),
      pair("Can you name the capital of Peru?", "idk"),
      pair("Name the capital of Chile.", "…"),
      pair("Name the color of grass.", "green"),
    );
    expect(idsFound("careless-answers", wrong)).toEqual([60, 61, 62, 63, 64]);
  });

  it("labels are no careless answers, however short", () => {
    const labels = Array.from({ length: 9 }, (_, i) =>
      pair(`The film number ${i} in ${WORDS[i] ?? ""}`, i % 2 ? "positive" : "negative"),
    );
    expect(idsFound("careless-answers", among(...labels))).toEqual([]);
  });
});

describe("contradictory answers", () => {
  it("two stories to one prompt, or two lists, are variety", () => {
    const input = among(
      pair("Tell me about the hill.", `Once there was a fox. ${"It ran up the hill. ".repeat(8)}`),
      pair("Tell me about the hill.", `Long ago a hen sang. ${"It sat by the hill. ".repeat(8)}`),
      pair("Name three fish.", "Three fish are cod, eel and tuna."),
      pair("Name three fish.", "Three fish are ray, eel and tuna."),
      pair("Give a synonym for quick.", "A synonym for quick is fast."),
      pair("Give a synonym for quick.", "A synonym for quick is rapid."),
      pair("Who are you?", "I am a small model of the farm."),
      pair("Who are you?", "I'm the small model of the farm."),
    );
    expect(idsFound("contradictions", input)).toEqual([]);
  });

  it("of two against one only the one is found, and a denial contradicts", () => {
    const input = among(
      pair("What is the capital of Norway?", "Oslo."),
      pair("What is the capital of Norway?", "Bergen."),
      pair("what is the capital of Norway", "oslo"),
      pair("Does the sun move around us?", "It does."),
      pair("Does the sun move around us?", "It does not."),
    );
    expect(idsFound("contradictions", input)).toEqual([61, 63, 64]);
  });

  it("sums with other signs are other questions", () => {
    const input = among(pair("What is 8 + 2?", "10"), pair("What is 8 - 2?", "6"));
    expect(idsFound("contradictions", input)).toEqual([]);
  });
});

describe("answers that break off", () => {
  it("lists, titles and code need no full stop", () => {
    const input = among(
      pair("Sort these words by their letters.", "Apple, mango, pear"),
      pair("Give me a title for it.", "The Old Man and the Sea"),
      pair("Write a loop in Python.", "Here it is:\n```\nfor i in range(3):\n    print(i)\n```"),
      pair("Where can I read more?", "You can read more at https://example.org/a/long/page"),
      pair("How was it?", "It was really very good 🙂"),
      pair("How many are left?", "Three of them fell down, so what is left is 12"),
      pair("Write a post about it.", "Nothing was ever as much fun as this! #GardenDay"),
      pair("How can I reach you?", "Write to the people of the garden at garden.example.org"),
      pair(
        "Write three lines.",
        "The fog comes in\nIt sits on little feet\nThen it moves on again",
      ),
      pair("Who said so?", "So it was said before us all: - Ada Lovelace"),
      pair("What helps?", "Ask your doctor. For more information: Contact Investigation"),
    );
    expect(idsFound("broken-off", input)).toEqual([]);
  });

  it("an open code block or a lonely article does break off", () => {
    const input = among(
      pair("Write a loop in Python.", "Here it is:\n```\nfor i in range(3):"),
      pair("What did she see there?", "She walked into the"),
    );
    expect(idsFound("broken-off", input)).toEqual([60, 61]);
  });

  it("a set without full stops is left alone", () => {
    const input = toInput(
      toRecords(Array.from({ length: 60 }, (_, i) => pair(`Ask ${i}`, `The answer is ${i} today`))),
    );
    expect(idsFound("broken-off", input)).toEqual([]);
  });
});

describe("prompts, refusals and templates", () => {
  it("finds an answer that is its prompt, unless repeating was asked for", () => {
    const input = among(
      pair("Where does the river end?", "Where does the river end?"),
      pair("Where does the lake end?", "Where does the lake end? It ends at the dam."),
      pair("Repeat these words after me.", "Repeat these words after me."),
    );
    expect(idsFound("repeated-prompts", input)).toEqual([60, 61]);
  });

  it("honest words are no boilerplate", () => {
    const input = among(
      pair("Who won it?", "I do not know who won it."),
      pair("What did he say?", "He said that he was sorry, and that he could not come."),
      pair("Who are you?", "I'm just an AI, so I have no name."),
      pair("Help me.", "I'm sorry, but I can’t assist with that."),
      pair("Who made you?", "No, I am an AI assistant that a student made. Ask me something."),
      pair("Tell me of love.", "I am a moth to a flame; I can't help but be drawn to it."),
      pair("Which library is it?", "It was developed by Google and is free to use."),
      pair("What is new?", "As an AI language model, I do not have access to the internet."),
      pair("Whose are you?", "I am a language model trained by OpenAI."),
    );
    expect(idsFound("refusals", input)).toEqual([62, 63, 67, 68]);
  });

  it("takes marks out of an answer, and the next prompt behind it", () => {
    expect(stripMarks("### Response:\nIt is red.")).toBe("It is red.");
    expect(stripMarks("It is red.\n\n### Instruction:\nWhat is blue?")).toBe("It is red.");
    expect(stripMarks("Assistant: It is red.\nHuman: And blue?")).toBe("It is red.");
    expect(stripMarks("[INST] It is red. [/INST]</s>")).toBe("It is red.");
    expect(stripMarks("Use <b> for bold, and ### for a heading.")).toBe(
      "Use <b> for bold, and ### for a heading.",
    );
  });
});

describe("letters and languages", () => {
  it.each([
    ["RenÃ© painted it.", "René painted it."],
    ["Itâ€™s a cafÃ©", "It’s a café"],
    ["Ã\u0084pfel", "Äpfel"],
    ["ðŸ˜€", "😀"],
    ["São Paulo, Übung, naïve", "São Paulo, Übung, naïve"],
    ["Привет", "Привет"],
  ])("reads %s as %s", (spoiled, right) => {
    expect(unspoil(spoiled)).toBe(right);
  });

  it("the spoiled place is shown, wherever it stands", () => {
    const long = "It was on a hill far away from everything that one could name. ".repeat(3);
    const finding = findingOf("spoiled-letters", among(pair("Where?", `${long}RenÃ© saw it.`)));
    expect(finding?.records[0]?.what).toBe(
      "“…one could name. RenÃ© saw it.” should be “…one could name. René saw it.”.",
    );
  });

  it("lost letters can only be left out", () => {
    const input = among(pair("What is it called?", "It is a jalape\uFFFDo."));
    expect(findingOf("spoiled-letters", input)?.remedy).toMatchObject({
      edit: { kind: "exclude", ids: [60] },
    });
  });

  it("tells languages by script and by small words", () => {
    expect(findLanguage("The boat is on the river and it was not for you.")).toBe("English");
    expect(findLanguage("Das Boot ist auf dem Fluss und nicht für dich.")).toBe("German");
    expect(findLanguage("Лодка плывёт по реке без вёсел.")).toBe("Cyrillic");
    expect(findLanguage("Paris.")).toBeNull();
  });

  it("another language is found where nobody asked for it", () => {
    const german = "Das Boot ist auf dem Fluss und nicht für dich, denn die See ist weit.";
    const english = Array.from({ length: 60 }, (_, i) =>
      pair(`Where is boat ${i}?`, `The boat is on the ${i}. river and that was not for you.`),
    );
    const list = [...english, pair("Where is it?", german), pair("Say it in German.", german)];
    expect(idsFound("other-language", toInput(toRecords(list)))).toEqual([60]);
  });
});

describe("personal data", () => {
  it("masks addresses, numbers and keys wherever they stand, and nothing else", () => {
    const before = "Mail ann@example.org or call +49 30 1234567, (212) 555-0142 or 555-0177.";
    const [record] = toRecords([
      [asks(`${before} Key: sk-abcdefghijklmnopqrstuvwx`), says("In 1914-1918, 3-2, 2021-11-05.")],
    ]);
    const masked = maskPersonalData(record!.conversation);
    expect(masked.messages.map(({ content }) => content)).toEqual([
      "Mail [e-mail] or call [phone], [phone] or [phone]. Key: [key]",
      "In 1914-1918, 3-2, 2021-11-05.",
    ]);
  });

  it("a range is no telephone number where nobody speaks of one", () => {
    const input = among(
      pair("How long should it be?", "Write 500-1000 words, or 711-1492 signs."),
      pair("Whom do I call?", "Call 555-0177 and ask."),
    );
    expect(idsFound("personal-data", input)).toEqual([61]);
    const [first, second] = afterRemedy("personal-data", input).slice(60);
    expect(first?.messages[1]?.content).toBe("Write 500-1000 words, or 711-1492 signs.");
    expect(second?.messages[1]?.content).toBe("Call [phone] and ask.");
  });

  it("its remedy masks in the data", () => {
    const mended = afterRemedy("personal-data", among(pair("Who?", "Ask pat@example.com please.")));
    expect(mended[60]?.messages[1]?.content).toBe("Ask [e-mail] please.");
  });
});

describe("turns", () => {
  const WRONG: Message[][] = [
    [asks("A first question."), asks("And more of it."), says("The answer to both is here.")],
    [says("Hello to you."), asks("What is it that flies?"), says("A bird is what flies.")],
    [asks("What is it that swims?"), says("A fish is what swims."), asks("And then?")],
  ];

  it("are put in order by one press", () => {
    const input = among(...WRONG);
    expect(idsFound("role-order", input)).toEqual([60, 61, 62]);
    const roles = afterRemedy("role-order", input)
      .slice(60)
      .map(({ messages }) => messages.map(({ role }) => role).join(" "));
    expect(roles).toEqual(["user assistant", "user assistant", "user assistant"]);
  });

  it("a record with nothing to learn is found", () => {
    const input = among(
      [asks("Only a question.")],
      [asks("Why?"), { ...says("So."), isTrained: false }],
    );
    expect(idsFound("no-answer", input)).toEqual([60, 61]);
  });

  it("an answer emptied by hand is found", () => {
    expect(idsFound("empty-answers", among(pair("What is it?", "  ")))).toEqual([60]);
  });
});

describe("length and split", () => {
  const facts: EncodingFacts = {
    maxSeqLen: 128,
    contextLength: 512,
    heldOut: new Set([60]),
    tooLong: [{ id: 3, tokenCount: 300 }],
    cut: [{ id: 4, tokenCount: 140 }],
  };

  it("the limit is raised as far as is needed and the model can", () => {
    const input = { ...among(), encoding: facts };
    expect(findingOf("too-long", input)).toMatchObject({
      count: 1,
      remedy: { of: "setting", changes: { maxSeqLen: 300 } },
    });
    const full = { ...facts, maxSeqLen: 512, tooLong: [{ id: 3, tokenCount: 900 }] };
    expect(findingOf("too-long", { ...input, encoding: full })?.remedy).toMatchObject({
      edit: { kind: "exclude", ids: [3] },
    });
    expect(findingOf("cut-prompts", input)?.remedy).toMatchObject({
      changes: { overLength: "exclude" },
    });
  });

  it("a held-out record whose near-duplicate is trained on is found", () => {
    const [user, answer] = GOOD[7] as [Message, Message];
    const input = { ...among([asks(user.content.toUpperCase()), answer]), encoding: facts };
    expect(idsFound("held-out-leak", input)).toEqual([60]);
    const sameSide = { ...facts, heldOut: new Set<number>() };
    expect(idsFound("held-out-leak", { ...input, encoding: sameSide })).toEqual([]);
  });

  it("a passage of an evaluation set is found by thirteen words of it", () => {
    const passage = "It was the best of times and it was the worst of times for all of them there.";
    const evaluation = [{ title: "Prose", questions: [], passages: [passage] }];
    const input = { ...among(pair("How does it begin?", `So: ${passage}`)), evaluation };
    expect(idsFound("evaluation-leak", input)).toEqual([60]);
  });
});

describe("the set as a whole", () => {
  it("says when there are few records", () => {
    expect(findingOf("too-few", toInput(toRecords(GOOD.slice(0, 20))))).toBeDefined();
    expect(findingOf("too-few", among())).toBeUndefined();
  });

  it("makes room for other categories by keeping the most different of a large one", () => {
    const input = among();
    const records = input.records.map(({ id, conversation }) => ({
      id,
      conversation: { ...conversation, category: id < 55 ? "places" : "more" },
    }));
    const finding = findingOf("one-category", toInput(records));
    expect(finding?.records[0]?.what).toBe("“places” is 92 % of the records.");
    const remedy = finding?.remedy;
    if (remedy?.of !== "edit" || remedy.edit.kind !== "exclude") throw new Error("no exclusion");
    // 20 of 25 is four fifths.
    expect(remedy.edit.ids).toHaveLength(35);
    expect(Math.max(...remedy.edit.ids)).toBeLessThan(55);
  });

  it("a category counts as often as a mix takes it", () => {
    const toMix = (times: number) =>
      among().records.map(({ id, conversation }) => ({
        id,
        conversation: { ...conversation, category: id < 40 ? "a" : "b", ...(id < 40 && { times }) },
      }));
    expect(findingOf("one-category", toInput(toMix(2)))).toBeUndefined();
    // 40 records four times beside 20: eight ninths. 20 of them, 80 times, are four fifths.
    const finding = findingOf("one-category", toInput(toMix(4)));
    expect(finding?.records[0]?.what).toBe("“a” is 89 % of the records.");
    expect(finding?.remedy).toMatchObject({ label: "Keep the 20 most different of it" });
  });
});
