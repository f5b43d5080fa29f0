import { beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { tf, type Tensor } from "@/engine/tfjs";
import { geluReference, geluTanhReference, siluReference } from "../activation/reference";
import type { ActivationKind } from "../activation/wasm";
import type { LinearLayer } from "../linear/linear";
import { linearReference } from "../linear/reference";
import { addToResidual, addToResidualWith, type Branch } from "./residual";

beforeAll(startTestBackend);

const REFERENCES = { gelu: geluReference, "gelu-tanh": geluTanhReference, silu: siluReference };
const reference = (residual: Tensor, branches: Branch[]) =>
  addToResidualWith(linearReference, (kind, x) => REFERENCES[kind](x), residual, branches);

/** Takes tensors of a layer from `inputs` in turn, as `layerShapes` lays them out. */
function takeLayer(inputs: Tensor[], rank: number, hasBias: boolean): LinearLayer {
  const weight = inputs.shift()!;
  const bias = hasBias ? inputs.shift()! : null;
  const adapter = rank > 0 ? { a: inputs.shift()!, b: inputs.shift()!, scale: 0.5 } : null;
  return { weight, bias, adapter };
}

function layerShapes(input: number, output: number, rank: number, hasBias: boolean): number[][] {
  return [
    [input, output],
    ...(hasBias ? [[output]] : []),
    ...(rank > 0 ? [[input, rank], [rank, output]] : []), // prettier-ignore
  ];
}

/** Tokens, width, width of the hidden layer, rank of the adapters, and what lies behind the hidden layer. */
const CASES: [number, number, number, number, ActivationKind, boolean][] = [
  [1, 4, 8, 0, "gelu", false],
  [17, 12, 20, 3, "gelu", false],
  [5, 7, 9, 2, "gelu-tanh", false],
  [9, 12, 20, 3, "silu", true],
  [3, 5, 7, 0, "silu", true],
  [65, 63, 127, 1, "gelu", false],
  [257, 20, 24, 17, "silu", true],
];

it.each(CASES)(
  "of %i tokens, %i wide (%i hidden, rank %i, %s, gated: %s) equals the reference",
  async (tokens, width, wide, rank, kind, isGated) => {
    const hasBias = !isGated;
    const run =
      (op: typeof addToResidual) =>
      (...given: Tensor[]) => {
        const [residual, x, n, ...rest] = given as [Tensor, Tensor, Tensor, ...Tensor[]];
        const attention: Branch = { x, layer: takeLayer(rest, rank, hasBias) };
        const feedForward: Branch = {
          x: n,
          layer: takeLayer(rest, rank, hasBias),
          hidden: {
            kind,
            layer: takeLayer(rest, rank, hasBias),
            gate: isGated ? takeLayer(rest, rank, false) : null,
          },
        };
        return op(residual, [attention, feedForward]);
      };
    await expectSameGradients(run(addToResidual), run(reference), [
      [tokens, width],
      [tokens, width],
      [tokens, width],
      ...layerShapes(width, width, rank, hasBias),
      ...layerShapes(wide, width, rank, hasBias),
      ...layerShapes(width, wide, rank, hasBias),
      ...(isGated ? layerShapes(width, wide, rank, false) : []),
    ]);
  },
);

it("gives frozen layers no gradient, and leaves nothing behind", async () => {
  const weight = tf.randomNormal([6, 6]);
  const layer = { weight, bias: null, adapter: null };
  const hidden = { kind: "gelu" as const, layer, gate: null };
  const run =
    (op: typeof addToResidual) =>
    (...[residual, x]: Tensor[]) =>
      op(residual!, [{ x: x!, layer, hidden }]);
  const before = tf.memory().numTensors;
  await expectSameGradients(run(addToResidual), run(reference), [
    [5, 6],
    [5, 6],
  ]);
  expect(tf.memory().numTensors).toBe(before);
  weight.dispose();
});
