import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conversation } from "@/data/conversation";
import { carryOver, EditedData, NO_LINE, withEdits, type DataEdit } from "./edits";

const say = (content: string, line = NO_LINE): Conversation => ({
  line,
  isRaw: false,
  messages: [
    { role: "user", content },
    { role: "assistant", content: `${content}!` },
  ],
});
const read = (...contents: string[]): Conversation[] =>
  contents.map((content, i) => say(content, i + 1));
const texts = (data: EditedData): string[] =>
  data.conversations.map(({ messages }) => messages[0]?.content ?? "");

describe("edits", () => {
  it("leave what they do not name as the very same objects, in order", () => {
    const source = read("a", "b", "c");
    const data = new EditedData(source);
    data.apply({ kind: "replace", id: 1, conversation: say("B", 2) }, "Edit");
    data.apply({ kind: "exclude", ids: [0] }, "Exclude");
    data.apply({ kind: "add", conversations: [say("d")] }, "Add");
    expect(texts(data)).toEqual(["B", "c", "d"]);
    expect(data.ids).toEqual([1, 2, 3]);
    expect(data.conversations[1]).toBe(source[2]);
    expect([0, 1, 2, 3].map((id) => data.isChanged(id))).toEqual([false, true, false, false]);
    expect([0, 1, 2, 3].map((id) => data.isAdded(id))).toEqual([false, false, false, true]);
    expect(data.excludedCount).toBe(1);
    expect(texts(new EditedData(source))).toEqual(["a", "b", "c"]);
  });

  it("give the same array until the next one, so that a reader can tell", () => {
    const data = new EditedData(read("a", "b"));
    const before = data.conversations;
    expect(data.conversations).toBe(before);
    data.apply({ kind: "exclude", ids: [1] }, "Exclude");
    expect(data.conversations).not.toBe(before);
  });

  it("exclude what is excluded only once: undoing it brings back no more than it took", () => {
    const data = new EditedData(read("a", "b", "c"));
    data.apply({ kind: "exclude", ids: [0] }, "Exclude 1");
    data.apply({ kind: "exclude", ids: [0, 1, 1] }, "Exclude 2");
    expect(data.excludedCount).toBe(2);
    expect(data.undo()).toBe("Exclude 2");
    expect(texts(data)).toEqual(["b", "c"]);
    data.apply({ kind: "restore", ids: [0, 2] }, "Restore");
    expect(texts(data)).toEqual(["a", "b", "c"]);
    expect(data.undo()).toBe("Restore");
    expect(texts(data)).toEqual(["b", "c"]);
  });

  it("say what was done last, and nothing when there is nothing to undo", () => {
    const data = new EditedData(read("a"));
    expect([data.undoLabel, data.canUndo, data.undo()]).toEqual([null, false, null]);
    data.apply({ kind: "exclude", ids: [0] }, "Exclude line 1");
    expect([data.undoLabel, data.canUndo]).toEqual(["Exclude line 1", true]);
  });

  it("refuse an id that does not exist, and change nothing", () => {
    const data = new EditedData(read("a"));
    expect(() => data.apply({ kind: "exclude", ids: [0, 7] }, "Exclude")).toThrow(
      "no id 7 among 1",
    );
    expect([data.excludedCount, data.undoLabel]).toEqual([0, null]);
  });

  it("can all be undone, one by one, whatever they were", () => {
    const content = fc.string({ maxLength: 3 });
    const step = fc.record({
      kind: fc.constantFrom("exclude", "restore", "replace", "replaceMany", "add", "undo"),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      content,
    });
    const check = fc.property(
      fc.array(content, { minLength: 1 }),
      fc.array(step),
      (start, steps) => {
        const source = read(...start);
        const data = new EditedData(source);
        const states: unknown[] = [];
        const look = () => ({ texts: texts(data), ids: data.ids, excluded: data.excludedCount });
        for (const { kind, picks, content: text } of steps) {
          if (kind === "undo") {
            if (data.undo() !== null) expect(look()).toEqual(states.pop());
            continue;
          }
          states.push(look());
          const ids = picks.map((pick) => pick % data.all.length);
          data.apply(toEdit(kind, ids, text), kind);
          // What is saved of it makes the same again.
          const again = withEdits(source, structuredClone(data.toEdits()));
          expect({ texts: texts(again), ids: again.ids }).toEqual({
            texts: texts(data),
            ids: data.ids,
          });
          expect(again.canUndo).toBe(false);
        }
        while (data.canUndo) {
          data.undo();
          expect(look()).toEqual(states.pop());
        }
        expect(data.conversations).toEqual(source);
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  it("are quick on a large set", () => {
    const data = new EditedData(Array.from({ length: 50_000 }, (_, i) => say(`${i}`, i + 1)));
    const begin = performance.now();
    for (let id = 0; id < 100; id++) {
      data.apply({ kind: "exclude", ids: [id] }, "Exclude");
      expect(data.conversations.length).toBe(49_999 - id);
    }
    // 100 edits, the whole list made anew after each: a few milliseconds each.
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

function toEdit(kind: string, ids: number[], content: string): DataEdit {
  switch (kind) {
    case "exclude":
    case "restore":
      return { kind, ids };
    case "replace":
      return { kind, id: ids[0] ?? 0, conversation: say(content) };
    case "replaceMany":
      return { kind, changes: ids.map((id) => ({ id, conversation: say(content + id) })) };
    default:
      return { kind: "add", conversations: [say(content)] };
  }
}

describe("another reading of the same records", () => {
  it("keeps what was excluded and added, and reads anew what was rewritten", () => {
    const former = new EditedData(read("a", "b", "c", "d"));
    former.apply({ kind: "exclude", ids: [1, 2] }, "Exclude");
    former.apply({ kind: "replace", id: 0, conversation: say("A", 1) }, "Edit");
    former.apply({ kind: "replace", id: 1, conversation: say("B", 2) }, "Edit");
    former.apply({ kind: "add", conversations: [say("x"), say("y")] }, "Add");
    former.apply({ kind: "exclude", ids: [5] }, "Exclude");
    // Line 1 gives two now, and line 3 none.
    const again = [say("a1", 1), say("a2", 1), say("b", 2), say("d", 4)];
    const { edited, rewrittenLost } = carryOver(former, again);
    expect(texts(edited)).toEqual(["a1", "a2", "d", "x"]);
    expect(edited.excludedCount).toBe(2);
    // The rewritten record 1 is excluded: nothing of it is missed.
    expect(rewrittenLost).toBe(1);
    expect(edited.canUndo).toBe(false);
  });

  it("does not exclude a line of which a part was kept", () => {
    const former = new EditedData([say("a", 1), say("b", 1), say("c", 2)]);
    former.apply({ kind: "exclude", ids: [0, 2] }, "Exclude");
    const { edited } = carryOver(former, [say("ab", 1), say("c", 2)]);
    expect(texts(edited)).toEqual(["ab"]);
  });
});
