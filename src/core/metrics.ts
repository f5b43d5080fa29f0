/** One optimizer step, as the page shows it. Losses are nats per counted token. */
export type StepRecord = {
  step: number;
  epoch: number;
  trainLoss: number;
  learningRate: number;
  /** Global L2 norm of the gradient before clipping. */
  gradNorm: number;
  /** Tokens whose loss counted in this step. */
  countedTokens: number;
  /** All real tokens of this step, prompts included, padding not. */
  tokens: number;
  stepMs: number;
};

/** One pass over the held-out examples. */
export type EvalRecord = { step: number; evalLoss: number; countedTokens: number };

/** Bytes the engine holds now. */
export type MemoryRecord = { tensorCount: number; usedBytes: number };

/** How an answer came to its end. */
export type StopReason = "end-of-text" | "turn-marker" | "max-tokens" | "stopped";

export type Side = "base" | "tuned";
