import { describe, expect, it } from "vitest";
import { Random } from "@/core/random";
import { finish } from "@/data/inPieces";
import { toSample } from "../sample";
import { pair, toRecords } from "../testing";
import { chooseDiverse } from "./choose";
import { compareKeeping } from "./compare";
import { distance } from "./features";
import { MaxHeap } from "./maxHeap";

const KINDS = ["Sort these words", "Name the capital", "Write a poem", "Count the letters"];
const THINGS = "lamp river stone bread cloud tiger shoe garden train window".split(" ");
/** 100 of the first kind, ten of each other: quantity without variety. */
const UNEVEN = toRecords([
  ...Array.from({ length: 100 }, (_, i) => pair(`${KINDS[0]}: ${THINGS[i % 10]}`, `Sorted ${i}.`)),
  ...KINDS.slice(1).flatMap((kind) =>
    THINGS.map((thing) => pair(`${kind} of a ${thing}`, `Here is the ${thing}.`)),
  ),
]);

describe("the most different records", () => {
  it("come from every kind, where a random choice is mostly of the large one", () => {
    const { best, random, leftOut, count } = finish(compareKeeping(UNEVEN, 12, 1));
    expect(count).toBe(12);
    expect(leftOut).toHaveLength(UNEVEN.length - 12);
    expect(best.openings).toBe(4);
    expect(best.words).toBeGreaterThan(random.words);
  });

  it("are further from each other than as many random ones", () => {
    const { best, random } = finish(compareKeeping(UNEVEN, 40, 1));
    expect(best.nearest).toBeGreaterThan(random.nearest);
  });

  it("the lazy greedy chooses what trying all would choose", () => {
    const samples = UNEVEN.map(toSample);
    const lazy = finish(chooseDiverse(samples, 20));
    expect(new Set(lazy).size).toBe(20);
    expect(lazy).toEqual(finish(chooseDiverse(samples, 130)).slice(0, 20));
    expect(finish(chooseDiverse(samples, 1000))).toHaveLength(samples.length);
  });

  it("the distance of two sets is one without what they share", () => {
    expect(distance(Int32Array.of(1, 2, 3), Int32Array.of(2, 3, 4))).toBe(0.5);
    expect(distance(Int32Array.of(1), Int32Array.of(1))).toBe(0);
    expect(distance(Int32Array.of(), Int32Array.of())).toBe(1);
  });

  it("the heap gives the greatest first, and of equal ones the earlier", () => {
    const random = new Random(5);
    const values = Array.from({ length: 500 }, () => random.integer(40) / 8);
    const heap = new MaxHeap(values.length);
    values.forEach((value, i) => heap.push(i, value));
    const popped = values.map(() => heap.pop());
    const wanted = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
    expect(popped).toEqual(wanted);
  });
});
