import type { Batch } from "@/data/pack";
import type { CausalLm, WeightView } from "../model/causalLm";
import type { AdamW } from "../ops/adamW/adamW";
import { ratesOf } from "../ops/adamW/rates";
import { tf, type Tensor } from "../tfjs";
import { prepareBatch, scaledLoss, type PreparedBatch } from "./loss";
import type { TrainableParameter } from "./tuned";

export type StepModel = {
  model: CausalLm;
  view: WeightView;
  parameters: TrainableParameter[];
  isHeadTrained: boolean;
  /** Gradient checkpointing: less memory for about a third more computing. */
  isCheckpointed: boolean;
};

/** The micro-batches of one optimizer step. */
export type StepInput = StepModel & { batches: Batch[] };

/** What a step is told, as arrays. */
export type PreparedStep = {
  batches: PreparedBatch[];
  /** 1 ÷ the counted tokens of all batches. */
  scale: Float32Array;
};

export function prepareStep(batches: Batch[]): PreparedStep {
  const countedTokens = batches.reduce((sum, batch) => sum + batch.countedTokens, 0);
  return { batches: batches.map(prepareBatch), scale: Float32Array.of(1 / countedTokens) };
}

/**
 * Loss and gradients of one optimizer step: Σ cross-entropy ÷ counted tokens of all its
 * micro-batches together, so that 8 × 1 and 1 × 8 are the same step. The caller owns all tensors.
 */
export function stepGradients(
  input: StepModel,
  { batches, scale }: PreparedStep,
): { loss: Tensor; gradients: Tensor[] } {
  const { model, view, parameters } = input;
  const variables = parameters.map(({ variable }) => variable);
  let loss: Tensor | null = null;
  let gradients: Tensor[] | null = null;
  for (const batch of batches) {
    const part = tf.variableGrads(
      () => tf.tidy(() => scaledLoss(model, view, batch, scale, input) as tf.Scalar),
      variables,
    );
    const partGradients = variables.map(
      (variable) => part.grads[variable.name] ?? tf.zeros(variable.shape),
    );
    loss = addOwned(loss, part.value);
    gradients = gradients
      ? gradients.map((sum, i) => addOwned(sum, partGradients[i] as Tensor))
      : partGradients;
  }
  if (!loss || !gradients) throw new Error("stepGradients: a step needs at least one batch");
  return { loss, gradients };
}

/** a + b, freeing both. */
function addOwned(a: Tensor | null, b: Tensor): Tensor {
  if (!a) return b;
  const sum = tf.add(a, b);
  tf.dispose([a, b]);
  return sum;
}

/**
 * One optimizer step with the rates of `ratesOf`; nothing is read back. Returns the loss and [clip, frozen, gradient
 * norm]; the caller owns both.
 */
export function runStep(
  model: StepModel,
  optimizer: AdamW,
  prepared: PreparedStep,
  rates: Float32Array,
): { loss: Tensor; control: Tensor } {
  const { loss, gradients } = stepGradients(model, prepared);
  const control = optimizer.step(gradients, rates);
  tf.dispose(gradients);
  return { loss, control };
}

/** Step number `step` (from 1) at a learning rate. */
export function trainStep(
  input: StepInput,
  optimizer: AdamW,
  learningRate: number,
  step: number,
): { loss: Tensor; control: Tensor } {
  const rates = ratesOf(learningRate, step, optimizer.options.weightDecay);
  return runStep(input, optimizer, prepareStep(input.batches), rates);
}
