/** How the next token is chosen. Temperature 0 is greedy. */
export type SamplingConfig = {
  temperature: number;
  /** 0 = off. */
  topK: number;
  /** 1 = off. */
  topP: number;
  /** 1 = off; above 1 makes tokens that already stand in the text less likely. */
  repetitionPenalty: number;
  maxNewTokens: number;
  seed: number;
};

export function defaultSampling(): SamplingConfig {
  return { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 48, seed: 1 };
}
