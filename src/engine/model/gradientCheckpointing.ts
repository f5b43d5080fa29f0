import { tf, withOwnTape, type Tensor, type Variable } from "../tfjs";

/**
 * y = compute(x), keeping x alone for the gradient: what lies between is computed again when the gradient is asked
 * for, which costs about a forward pass more and gives the same numbers. `variables` are those that `compute` uses; they
 * get their gradients too. The caller owns y. https://arxiv.org/abs/1604.06174
 */
export function recomputedInBackward(
  compute: (x: Tensor) => Tensor,
  x: Tensor,
  variables: Variable[],
): Tensor {
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    save([xIn as Tensor]);
    return {
      value: compute(xIn as Tensor),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        withOwnTape(() => tf.grads((input) => compute(input))([saved as Tensor, ...variables], dy)),
    };
  });
  return op(x, ...variables);
}
