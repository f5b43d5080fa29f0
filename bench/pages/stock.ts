/** The same GPT-NeoX in TensorFlow.js' own ops, its own gradients and its own Adam, on its own WebGPU device. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-webgpu";
import {
  LORA,
  NORM_EPSILON,
  OPTIMIZER,
  randomAdapters,
  randomTokens,
  randomWeights,
  ROTARY_SHARE,
  ROTARY_THETA,
  type Shape,
  type Stepper,
  type StepJob,
} from "./material";

type Values = Map<string, tf.Tensor>;

/** Weights as variables; matrices as [in, out], embedding and head as [vocabulary, hidden]. */
function loadWeights(shape: Shape, isTrained: boolean): Values {
  const weights: Values = new Map();
  for (const { name, shape: size, values } of randomWeights(shape)) {
    const isMatrix = size.length === 2 && !name.includes("embed");
    weights.set(name, load(name, values, size, isMatrix, isTrained));
  }
  return weights;
}

function loadAdapters(shape: Shape): Values {
  const { rank } = LORA;
  const adapters: Values = new Map();
  for (const { module, out, in: input, a, b } of randomAdapters(shape)) {
    adapters.set(`${module}.a`, load(`${module}.a`, a, [rank, input], true, true));
    adapters.set(`${module}.b`, load(`${module}.b`, b, [out, rank], true, true));
  }
  return adapters;
}

function load(
  name: string,
  values: Float32Array,
  size: number[],
  isTransposed: boolean,
  isTrained: boolean,
): tf.Tensor {
  return tf.tidy(() => {
    const tensor = tf.tensor(values, size);
    const laid = isTransposed ? tf.transpose(tensor) : tensor;
    return isTrained ? tf.variable(laid, true, name) : tf.keep(laid);
  });
}

function rotaryTables({ length, hidden, heads }: Shape): { cos: tf.Tensor; sin: tf.Tensor } {
  const dim = Math.floor((hidden / heads) * ROTARY_SHARE);
  const angles = Float32Array.from({ length: length * dim }, (_, i) => {
    const [t, d] = [Math.floor(i / dim), i % dim];
    return t * ROTARY_THETA ** (-(2 * (d % (dim / 2))) / dim);
  });
  const table = tf.tensor(angles, [1, 1, length, dim]);
  return { cos: tf.cos(table), sin: tf.sin(table) };
}

/** Mean cross-entropy over the tokens that have a next one. */
function createLoss(shape: Shape, weights: Values, adapters: Values): () => tf.Scalar {
  const { layers, hidden: C, heads: H, vocab: V, batch: B, length: T } = shape;
  const D = C / H;
  const dim = Math.floor(D * ROTARY_SHARE);
  const { cos, sin } = rotaryTables(shape);
  const tokens = tf.tensor2d(randomTokens(shape), [B, T], "int32");
  const masked = tf.tensor2d(
    Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0)),
    [T, T],
  );
  const get = (name: string) => weights.get(name) as tf.Tensor;

  const linear = (name: string, x: tf.Tensor) => {
    const rows = tf.reshape(x, [B * T, -1]);
    let y = tf.add(tf.matMul(rows, get(`${name}.weight`)), get(`${name}.bias`));
    const [a, b] = [adapters.get(`${name}.a`), adapters.get(`${name}.b`)];
    if (a && b) y = tf.add(y, tf.mul(tf.matMul(tf.matMul(rows, a), b), LORA.alpha / LORA.rank));
    return tf.reshape(y, [B, T, -1]);
  };
  const norm = (name: string, x: tf.Tensor) => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    const normed = tf.mul(centered, tf.rsqrt(tf.add(variance, NORM_EPSILON)));
    return tf.add(tf.mul(normed, get(`${name}.weight`)), get(`${name}.bias`));
  };
  const gelu = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const rotate = (x: tf.Tensor) => {
    const [first, second, rest] = tf.split(x, [dim / 2, dim / 2, D - dim], -1);
    const turned = tf.concat([tf.neg(second!), first!], -1);
    const rotated = tf.add(tf.mul(tf.concat([first!, second!], -1), cos), tf.mul(turned, sin));
    return tf.concat([rotated, rest!], -1);
  };
  const attention = (name: string, x: tf.Tensor) => {
    const heads = tf.reshape(linear(`${name}.query_key_value`, x), [B, T, H, 3 * D]);
    const [q, k, v] = tf.split(tf.transpose(heads, [0, 2, 1, 3]), 3, -1);
    const scores = tf.mul(tf.matMul(rotate(q!), rotate(k!), false, true), 1 / Math.sqrt(D));
    const mixed = tf.matMul(tf.softmax(tf.add(scores, masked)), v!);
    return linear(`${name}.dense`, tf.transpose(mixed, [0, 2, 1, 3]));
  };

  return () => {
    let x: tf.Tensor = tf.gather(get("gpt_neox.embed_in.weight"), tokens);
    for (let layer = 0; layer < layers; layer++) {
      const name = `gpt_neox.layers.${layer}`;
      const attended = attention(`${name}.attention`, norm(`${name}.input_layernorm`, x));
      const wide = linear(`${name}.mlp.dense_h_to_4h`, norm(`${name}.post_attention_layernorm`, x));
      x = tf.add(tf.add(x, attended), linear(`${name}.mlp.dense_4h_to_h`, gelu(wide)));
    }
    x = tf.slice(norm("gpt_neox.final_layer_norm", x), [0, 0, 0], [B, T - 1, C]);
    const head = get(shape.isTied ? "gpt_neox.embed_in.weight" : "embed_out.weight");
    const logits = tf.matMul(tf.reshape(x, [B * (T - 1), C]), head, false, true);
    const next = tf.reshape(tf.slice(tokens, [0, 1], [B, T - 1]), [-1]);
    return tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(tf.oneHot(next, V), logits);
  };
}

/** Its Adam has neither clipping nor decay: both are composed around it. */
function createOptimizer(variables: tf.Variable[]) {
  const { learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm } = OPTIMIZER;
  const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
  return (gradients: tf.NamedTensorMap) =>
    tf.tidy(() => {
      const squares = Object.values(gradients).map((g) => tf.sum(tf.square(g)));
      const length = tf.sqrt(squares.reduce((a, b) => tf.add(a, b)));
      const clip = tf.minimum(tf.div(maxGradNorm, tf.add(length, 1e-6)), 1);
      for (const variable of variables) {
        if (variable.rank < 2) continue;
        variable.assign(tf.mul(variable, 1 - learningRate * weightDecay));
      }
      const clipped = Object.entries(gradients).map(([name, g]) => ({
        name,
        tensor: tf.mul(g, clip),
      }));
      adam.applyGradients(clipped);
    });
}

export async function open(job: StepJob): Promise<Stepper> {
  if (!(await tf.setBackend("webgpu"))) throw new Error("TensorFlow.js has no WebGPU here");
  await tf.ready();
  const weights = loadWeights(job.shape, job.method === "full");
  const adapters = job.method === "lora" ? loadAdapters(job.shape) : new Map<string, tf.Tensor>();
  const trained = job.method === "full" ? weights : adapters;
  const variables = [...trained.values()] as tf.Variable[];
  const loss = createLoss(job.shape, weights, adapters);
  const apply = createOptimizer(variables);
  return {
    async step() {
      const started = performance.now();
      const { value, grads } = tf.variableGrads(loss, variables);
      apply(grads);
      const scriptMs = performance.now() - started;
      const [result] = await value.data();
      tf.dispose([value, ...Object.values(grads)]);
      return { ms: performance.now() - started, loss: result!, scriptMs };
    },
  };
}
