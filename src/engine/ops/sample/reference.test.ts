import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSampling } from "@/core/generation";
import { sampleToken } from "./reference";

type Limits = { temperature: number; topK: number; topP: number };

/** The same by sorting pairs, as Hugging Face's three warpers do it one after the other. */
function sampleByPairs(logits: number[], limits: Limits, draw: number): number {
  const { temperature, topK, topP } = limits;
  let pairs = logits.map((logit, id) => ({ logit, id }));
  pairs.sort((a, b) => b.logit - a.logit || a.id - b.id);
  const peak = pairs[0]!.logit;
  const kth = topK > 0 ? pairs[Math.min(topK, pairs.length) - 1]!.logit : -Infinity;
  pairs = pairs.filter(({ logit }) => logit >= kth);
  const weigh = ({ logit }: { logit: number }) => Math.exp((logit - peak) / temperature);
  const sum = (some: { logit: number }[]) => some.map(weigh).reduce((a, b) => a + b, 0);
  const total = sum(pairs);
  const isKept = (i: number) => topP >= 1 || i === 0 || sum(pairs.slice(0, i)) < topP * total;
  const kept = pairs.filter((_, i) => isKept(i));
  kept.sort((a, b) => a.id - b.id);
  let left = draw * sum(kept);
  for (const pair of kept) {
    left -= weigh(pair);
    if (left < 0) return pair.id;
  }
  return kept.at(-1)!.id;
}

const logit = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.float({ noNaN: true, min: -30, max: 30 }),
);

describe("sampleToken", () => {
  it("draws what sorting pairs draws, ties and signed zeros among them", () => {
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(0.25, 0.5, 0.875, 1),
        fc.constantFrom(0.25, 0.75, 1, 2),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (values, topK, topP, temperature, draw) => {
          const limits = { topK, topP, temperature };
          const logits = Float32Array.from(values);
          const want = sampleByPairs([...logits], limits, draw);
          expect(sampleToken(logits, [], { ...defaultSampling(), ...limits }, draw)).toBe(want);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("takes the first of the likeliest when greedy, and counts what was said when asked to", () => {
    const greedy = defaultSampling();
    expect(sampleToken(Float32Array.of(1, 3, 3, 2), [], greedy, 0.5)).toBe(1);
    const penalized = { ...greedy, repetitionPenalty: 2 };
    expect(sampleToken(Float32Array.of(1, 3, 2.9, -2), [1, 3], penalized, 0.5)).toBe(2);
  });
});
