/**
 * The files of a model by name ("config.json", "model.safetensors"). Blobs are handles, not bytes:
 * the engine slices them tensor by tensor, so a model is never held twice in memory.
 */
export type ModelFiles = Map<string, Blob>;
