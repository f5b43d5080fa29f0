import type { Batch } from "@/data/pack";
import type { CausalLm, WeightView } from "../model/causalLm";
import type { AdamW } from "../ops/adamW/adamW";
import { tf, type Tensor } from "../tfjs";
import { summedLoss } from "./loss";
import type { TrainableParameter } from "./tuned";

export type StepInput = {
  model: CausalLm;
  view: WeightView;
  parameters: TrainableParameter[];
  isHeadTrained: boolean;
  /** The micro-batches of one optimizer step. */
  batches: Batch[];
};

/**
 * Loss and gradients of one optimizer step: Σ cross-entropy ÷ counted tokens of all its
 * micro-batches together, so that 8 × 1 and 1 × 8 are the same step. The caller owns all tensors.
 */
export function stepGradients(input: StepInput): { loss: Tensor; gradients: Tensor[] } {
  const { model, view, parameters, isHeadTrained, batches } = input;
  const countedTokens = batches.reduce((sum, batch) => sum + batch.countedTokens, 0);
  const variables = parameters.map(({ variable }) => variable);
  let loss: Tensor | null = null;
  let gradients: Tensor[] | null = null;
  for (const batch of batches) {
    const part = tf.variableGrads(
      () =>
        tf.tidy((): tf.Scalar =>
          tf.div(summedLoss(model, view, batch, isHeadTrained), countedTokens),
        ),
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
 * One optimizer step; nothing is read back. Returns the loss and [clip, frozen, gradient norm];
 * the caller owns both.
 */
export function trainStep(
  input: StepInput,
  optimizer: AdamW,
  learningRate: number,
  step: number,
): { loss: Tensor; control: Tensor } {
  const { loss, gradients } = stepGradients(input);
  const control = optimizer.step(gradients, learningRate, step);
  tf.dispose(gradients);
  return { loss, control };
}
