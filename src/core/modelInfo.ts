/** The models offered by name: data, not logic. Sizes are of the files on the Hub, in bytes. */
export type ModelInfo = {
  /** Hugging Face id, or "bundled". */
  repo: string;
  revision: string;
  title: string;
  family: "gpt_neox" | "gpt2" | "llama";
  parameterCount: number;
  downloadBytes: number;
  note: string;
  shape: {
    hiddenSize: number;
    numLayers: number;
    intermediateSize: number;
    vocabSize: number;
  };
};
