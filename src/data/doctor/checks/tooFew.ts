import type { Check } from "../check";

/**
 * Improvement is "typically" clear from 50 to 100 examples on, and smaller models need more:
 * https://platform.openai.com/docs/guides/supervised-fine-tuning
 */
const FEW = 50;

export const TOO_FEW: Check = {
  id: "too-few",
  title: "Few records",
  why: "From so few the model learns them by heart, and what is held out is too little to tell.",
  severity: "look",
  advice:
    "Write or make more, as different from each other as you can; a few hundred is a good beginning.",
  *find({ samples }) {
    yield 0;
    if (samples.length >= FEW) return [];
    const what = `There are ${samples.length}; ${FEW} is little already.`;
    return [{ id: null, line: 0, what }];
  },
  remedy: () => null,
};
