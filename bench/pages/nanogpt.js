// @genai-fi/nanogpt: its own default model of the same shape (rotary positions, RMS norms, relu², tied head),
// through its own data pipeline and optimizer. Its losses cannot be compared with the others'.
import { TeachableLLM } from "@genai-fi/nanogpt";
import { LORA, OPTIMIZER, randomTokens } from "./material";

/** More steps than anybody waits for: the page is closed before. */
const STEPS = 50;

export async function open({ shape, method }) {
  await TeachableLLM.selectBackend("webgpu");
  const { vocab, length, layers, heads, hidden, batch } = shape;
  const model = TeachableLLM.create("char", {
    modelType: "GenAI_NanoGPT_v2",
    vocabSize: vocab,
    blockSize: length,
    nLayer: layers,
    nHead: heads,
    nEmbed: hidden,
    mlpFactor: 4,
  });
  await new Promise((resolve, reject) => {
    const look = () => model.status !== "warmup" && resolve();
    model.on("status", look);
    model.on("error", reject);
    look();
  });
  const tokens = Uint16Array.from(randomTokens({ ...shape, batch: batch * STEPS }));
  const isFull = method === "full";

  // It trains on without being asked: times are noted as they come.
  const times = [];
  let notify = () => {};
  let failure = null;
  let isStarted = false;
  model.training.on("error", (_, error) => {
    failure = error;
    notify();
  });
  model.training.on("progress", (job) => {
    const { time, trainingMetrics } = job.history.at(-1);
    times.push({ ms: time, loss: trainingMetrics.loss, scriptMs: null });
    notify();
  });
  const start = () =>
    model.training.job(
      {
        method: isFull ? { type: "pretraining" } : { type: "supervised", supervised: "lora" },
        ...(!isFull && { loraConfig: { ...LORA, variables: ["block_*"] } }),
        batchSize: batch,
        logInterval: 1,
        maxEpochs: 1,
        learningRate: OPTIMIZER.learningRate,
        weightDecay: OPTIMIZER.weightDecay,
        clipNorm: OPTIMIZER.maxGradNorm,
        warmupSteps: 0,
        mixedPrecision: false,
        gradientCheckpointing: false,
      },
      [tokens],
      [{ id: "tokens", name: "tokens" }],
    );

  let asked = 0;
  return {
    async step() {
      if (!isStarted) {
        isStarted = true;
        await start();
      }
      const wanted = ++asked;
      while (times.length < wanted && !failure) await new Promise((resolve) => (notify = resolve));
      if (failure) throw failure;
      return times[wanted - 1];
    },
  };
}
