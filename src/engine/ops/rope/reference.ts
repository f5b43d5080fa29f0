import { type Tensor } from "@/engine/tfjs";
import { rotate, type RopeTable } from "./rope";

/** The same rotation with the gradients of the stock ops it is made of: the oracle. */
export function ropeReference(x: Tensor, table: RopeTable): Tensor {
  return rotate(x, table.cos, table.sin);
}
