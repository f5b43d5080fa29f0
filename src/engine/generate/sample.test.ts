import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSampling } from "@/core/generation";
import { Random } from "@/core/random";
import { sampleToken } from "./sample";

/** The same by sorting pairs. */
function sampleByPairs(
  logits: number[],
  { temperature, topK, topP }: { temperature: number; topK: number; topP: number },
  random: Random,
): number {
  let pairs = logits.map((logit, id) => ({ logit, id }));
  pairs.sort((a, b) => b.logit - a.logit || a.id - b.id);
  if (topK > 0) pairs = pairs.slice(0, topK);
  const weights = pairs.map(({ logit }) => Math.exp((logit - pairs[0]!.logit) / temperature));
  const total = weights.reduce((a, b) => a + b);
  let kept = 0;
  for (let sum = 0; kept < pairs.length && (kept === 0 || sum < topP * total); kept++) {
    sum += weights[kept]!;
  }
  let draw = random.next() * weights.slice(0, kept).reduce((a, b) => a + b);
  for (let i = 0; i < kept; i++) {
    draw -= weights[i]!;
    if (draw < 0) return pairs[i]!.id;
  }
  return pairs[kept - 1]!.id;
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
        fc.constantFrom(0.3, 0.5, 0.9, 1),
        fc.constantFrom(0.2, 0.7, 1, 2),
        fc.nat(),
        (values, topK, topP, temperature, seed) => {
          const sampling = { ...defaultSampling(), topK, topP, temperature };
          const logits = Float32Array.from(values);
          const want = sampleByPairs([...logits], sampling, new Random(seed));
          expect(sampleToken(logits, [], sampling, new Random(seed))).toBe(want);
        },
      ),
    );
  });

  it("takes the first of the likeliest when greedy, and counts what was said when asked to", () => {
    const greedy = defaultSampling();
    expect(sampleToken(Float32Array.of(1, 3, 3, 2), [], greedy, new Random(1))).toBe(1);
    const penalized = { ...greedy, repetitionPenalty: 2 };
    expect(sampleToken(Float32Array.of(1, 3, 2.9, -2), [1, 3], penalized, new Random(1))).toBe(2);
  });
});
