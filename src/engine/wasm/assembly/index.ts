/** Kernels of the WASM backend: they work on the heap of TensorFlow.js, whose memory they import. Nothing here allocates. */
export { multiply, multiplyScratchBytes } from "./gemm";
export { attentionForward, attentionBackward, attentionCached, attentionScratchFloats } from "./attention";
export { normalize, normalizeBackward, sumRows } from "./norm";
export { activate, activateBackward } from "./activation";
export { rowStatistics, logitsToGradient } from "./rows";
export { sumOfSquares, adamWUpdate } from "./adamW";
