import { type Tensor } from "@/engine/tfjs";
import { rotate, type Rotations } from "./rope";

/** The same rotation with the gradients of the stock ops it is made of: the oracle. */
export function ropeReference(x: Tensor, table: Rotations): Tensor {
  return rotate(x, table.cos, table.sin);
}
