/** Activations on WebGPU, each in one dispatch. */
import { toTensor, type Tensor } from "@/engine/tfjs";
import { runElementwise } from "@/engine/webgpu/elementwise";
import { webgpuOutput } from "@/engine/webgpu/run";
import type { ActivationKind } from "./wasm";
import { ACTIVATION_WGSL } from "./wgsl";

/** y = f(x). The caller owns it. */
export function activateWebGPU(kind: ActivationKind, x: Tensor): Tensor {
  const y = webgpuOutput(x.shape);
  const [functions, body] = [ACTIVATION_WGSL[kind], "y[i] = value(x[i]);"];
  runElementwise({ key: kind, reads: ["x"], writes: ["y"], functions, body }, { x, y });
  return toTensor(y);
}

/** dx = dy · f′(x). The caller owns it. */
export function activateBackwardWebGPU(kind: ActivationKind, x: Tensor, dy: Tensor): Tensor {
  const dx = webgpuOutput(x.shape);
  const [functions, body] = [ACTIVATION_WGSL[kind], "dx[i] = dy[i] * slope(x[i]);"];
  const program = { key: `${kind} slope`, reads: ["x", "dy"], writes: ["dx"], functions, body };
  runElementwise(program, { x, dy, dx });
  return toTensor(dx);
}
