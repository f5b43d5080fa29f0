/** The models offered by name: data, not logic. */
import type { ModelShape } from "./memory";

export type ModelInfo = {
  /** Hugging Face id, or "bundled". */
  repo: string;
  revision: string;
  title: string;
  family: ModelShape["family"];
  parameterCount: number;
  /**
   * Bytes of weights and tokenizer, within a few per cent: parameters in the Hub file's type (F16 for
   * Pythia, F32 for GPT-2, BF16 for SmolLM2), plus the attention masks that the older files carry.
   */
  downloadBytes: number;
  note: string;
  shape: ModelShape;
};

const PYTHIA = { family: "gpt_neox", vocabSize: 50_304, maxPositions: 2048 } as const;
const GPT2 = {
  family: "gpt2",
  hiddenSize: 768,
  numHeads: 12,
  intermediateSize: 3072,
  vocabSize: 50_257,
  maxPositions: 1024,
  tieWordEmbeddings: true,
} as const;

/** Smallest first. */
export const MODELS: ModelInfo[] = [
  {
    repo: "bundled",
    revision: "",
    title: "TabTune Base",
    family: "gpt_neox",
    parameterCount: 4_242_432,
    downloadBytes: 8_600_000,
    note: "Comes with this page. Has read some 1,500 simple facts as plain sentences, and never a question.",
    shape: {
      family: "gpt_neox",
      hiddenSize: 192,
      numLayers: 6,
      numHeads: 6,
      intermediateSize: 768,
      vocabSize: 4096,
      maxPositions: 512,
      tieWordEmbeddings: false,
    },
  },
  {
    repo: "EleutherAI/pythia-14m",
    revision: "main",
    title: "Pythia 14M",
    family: "gpt_neox",
    parameterCount: 14_067_712,
    downloadBytes: 55_400_000,
    note: "The smallest of a well-studied family. Good for learning a form, not for facts.",
    shape: {
      ...PYTHIA,
      hiddenSize: 128,
      numLayers: 6,
      numHeads: 4,
      intermediateSize: 512,
      tieWordEmbeddings: false,
    },
  },
  {
    repo: "EleutherAI/pythia-31m",
    revision: "main",
    title: "Pythia 31M",
    family: "gpt_neox",
    parameterCount: 30_494_720,
    downloadBytes: 88_300_000,
    note: "Twice the size of the smallest one, and still quick on a laptop.",
    shape: {
      ...PYTHIA,
      hiddenSize: 256,
      numLayers: 6,
      numHeads: 8,
      intermediateSize: 1024,
      tieWordEmbeddings: false,
    },
  },
  {
    repo: "EleutherAI/pythia-70m",
    revision: "main",
    title: "Pythia 70M",
    family: "gpt_neox",
    parameterCount: 70_426_624,
    downloadBytes: 168_200_000,
    note: "Writes fluent English sentences. A good first model to tune on your own data.",
    shape: {
      ...PYTHIA,
      hiddenSize: 512,
      numLayers: 6,
      numHeads: 8,
      intermediateSize: 2048,
      tieWordEmbeddings: false,
    },
  },
  {
    repo: "distilbert/distilgpt2",
    revision: "main",
    title: "DistilGPT2",
    family: "gpt2",
    parameterCount: 81_912_576,
    downloadBytes: 354_200_000,
    note: "A shortened GPT-2: six layers, and most of its fluency.",
    shape: { ...GPT2, numLayers: 6 },
  },
  {
    repo: "openai-community/gpt2",
    revision: "main",
    title: "GPT-2",
    family: "gpt2",
    parameterCount: 124_439_808,
    downloadBytes: 549_500_000,
    note: "The small GPT-2 of 2019. Knows more than Pythia 70M and needs about twice the memory.",
    shape: { ...GPT2, numLayers: 12 },
  },
  {
    repo: "HuggingFaceTB/SmolLM2-135M",
    revision: "main",
    title: "SmolLM2 135M",
    family: "llama",
    parameterCount: 134_515_008,
    downloadBytes: 271_200_000,
    note: "A modern small model, trained on far more text than the others here.",
    shape: {
      family: "llama",
      hiddenSize: 576,
      numLayers: 30,
      numHeads: 9,
      numKvHeads: 3,
      intermediateSize: 1536,
      vocabSize: 49_152,
      maxPositions: 8192,
      tieWordEmbeddings: true,
    },
  },
  {
    repo: "EleutherAI/pythia-160m",
    revision: "main",
    title: "Pythia 160M",
    family: "gpt_neox",
    parameterCount: 162_322_944,
    downloadBytes: 377_100_000,
    note: "The largest here: for a GPU with several gigabytes.",
    shape: {
      ...PYTHIA,
      hiddenSize: 768,
      numLayers: 12,
      numHeads: 12,
      intermediateSize: 3072,
      tieWordEmbeddings: false,
    },
  },
];
