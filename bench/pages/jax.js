// jax-js: the same GPT-NeoX, written with its public API. Arrays are consumed by use; `.ref` keeps one.
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import {
  LORA,
  NORM_EPSILON,
  OPTIMIZER,
  randomAdapters,
  randomTokens,
  randomWeights,
  ROTARY_SHARE,
  ROTARY_THETA,
} from "./material";

const array = (values, shape) => np.array(values).reshape(shape);

/** [rows, columns] → [columns, rows], on the host. */
function transposed(values, rows, columns) {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  }
  return out;
}

/** A file's rows [head][q, k, v][D] as [q, k, v][head][D], so that one product gives three whole thirds. */
function inThirds(values, { hidden, heads }) {
  const row = values.length / (3 * hidden);
  const perHead = (hidden / heads) * row;
  const out = new Float32Array(values.length);
  for (let h = 0; h < heads; h++) {
    for (let i = 0; i < 3; i++) {
      const from = (3 * h + i) * perHead;
      out.set(values.subarray(from, from + perHead), (i * heads + h) * perHead);
    }
  }
  return out;
}

/** Weights by name; matrices as [in, out], embedding and head as [vocabulary, hidden]. */
function loadWeights(shape) {
  const weights = {};
  for (const { name, shape: size, values } of randomWeights(shape)) {
    const ordered = name.includes("query_key_value") ? inThirds(values, shape) : values;
    if (size.length < 2 || name.includes("embed")) weights[name] = array(ordered, size);
    else weights[name] = array(transposed(ordered, ...size), [size[1], size[0]]);
  }
  return weights;
}

function loadAdapters(shape) {
  const adapters = {};
  const { rank } = LORA;
  for (const { module, out, in: input, a, b } of randomAdapters(shape)) {
    const ordered = module.endsWith("query_key_value") ? inThirds(b, shape) : b;
    adapters[`${module}.a`] = array(transposed(a, rank, input), [input, rank]);
    adapters[`${module}.b`] = array(transposed(ordered, out, rank), [rank, out]);
  }
  return adapters;
}

/** cos and sin of the whole head; where nothing is rotated, 1 and 0. */
function rotaryTables({ length, hidden, heads }) {
  const D = hidden / heads;
  const dim = Math.floor(D * ROTARY_SHARE);
  const half = dim / 2;
  const cos = new Float32Array(length * D).fill(1);
  const sin = new Float32Array(length * D);
  for (let t = 0; t < length; t++) {
    for (let d = 0; d < dim; d++) {
      const angle = t * ROTARY_THETA ** (-(2 * (d % half)) / dim);
      cos[t * D + d] = Math.cos(angle);
      sin[t * D + d] = Math.sin(angle);
    }
  }
  return {
    cos: array(cos, [1, length, 1, D]),
    sin: array(sin, [1, length, 1, D]),
  };
}

function createForward(shape, method) {
  const { layers, hidden: C, heads: H, vocab: V, batch: B, length: T } = shape;
  const D = C / H;
  const half = Math.floor(D * ROTARY_SHARE) / 2;
  const scale = LORA.alpha / LORA.rank;

  const rotate = (x, { cos, sin }) => {
    const first = x.ref.slice([], [], [], [0, half]);
    const second = x.ref.slice([], [], [], [half, 2 * half]);
    const rest = x.ref.slice([], [], [], [2 * half, D]);
    const turned = np.concatenate([second.neg(), first, rest], 3);
    return x.mul(cos.ref).add(turned.mul(sin.ref));
  };

  /** Mean cross-entropy of the counted tokens. */
  return (weights, adapters, ids, targets, tables, counted) => {
    const get = (name) => weights[name].ref;
    const linear = (name, x) => {
      const base = np.dot(x.ref, get(`${name}.weight`)).add(get(`${name}.bias`));
      if (method === "full") {
        x.dispose();
        return base;
      }
      const low = np.dot(x, adapters[`${name}.a`].ref);
      return base.add(np.dot(low, adapters[`${name}.b`].ref).mul(scale));
    };
    // By hand: with nn.standardize a step takes twice as long.
    const norm = (name, x) => {
      const centered = x.ref.sub(np.mean(x, -1, { keepdims: true }));
      const variance = np.mean(np.square(centered.ref), -1, { keepdims: true });
      const normed = centered.mul(np.reciprocal(np.sqrt(variance.add(NORM_EPSILON))));
      return normed.mul(get(`${name}.weight`)).add(get(`${name}.bias`));
    };
    // By comparing: nn.oneHot makes a [vocabulary, vocabulary] array, 10 GB at 50,304.
    const oneHot = (indexes) =>
      np.equal(indexes.reshape([B * T, 1]), np.arange(V).astype(np.int32)).astype(np.float32);

    let x = np.dot(oneHot(ids), get("gpt_neox.embed_in.weight")).reshape([B, T, C]);
    for (let layer = 0; layer < layers; layer++) {
      const name = `gpt_neox.layers.${layer}`;
      const all = linear(
        `${name}.attention.query_key_value`,
        norm(`${name}.input_layernorm`, x.ref),
      );
      const third = (i) => all.ref.slice([], [], [i * C, (i + 1) * C]).reshape([B, T, H, D]);
      const [q, k, v] = [rotate(third(0), tables), rotate(third(1), tables), third(2)];
      all.dispose();
      const mixed = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([B, T, C]);
      const attended = linear(`${name}.attention.dense`, mixed);
      const wide = linear(
        `${name}.mlp.dense_h_to_4h`,
        norm(`${name}.post_attention_layernorm`, x.ref),
      );
      const fed = linear(`${name}.mlp.dense_4h_to_h`, nn.gelu(wide, { approximate: false }));
      x = x.add(attended).add(fed);
    }
    x = norm("gpt_neox.final_layer_norm", x).reshape([B * T, C]);
    const head = get(shape.isTied ? "gpt_neox.embed_in.weight" : "embed_out.weight");
    const logits = np.dot(x, np.transpose(head));
    const picked = nn.logSoftmax(logits, -1).mul(oneHot(targets));
    return picked.sum().mul(-1 / counted);
  };
}

/** One step of AdamW over a tree of parameters, with clipping by the norm of all gradients. */
function adamW(parameters, m, v, gradients, corrections) {
  const { learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm } = OPTIMIZER;
  const names = Object.keys(parameters);
  const squares = names.map((name) => np.square(gradients[name].ref).sum());
  const norm = np.sqrt(squares.reduce((a, b) => a.add(b)));
  const clip = np.minimum(np.reciprocal(norm.add(1e-6)).mul(maxGradNorm), 1);
  const next = { parameters: {}, m: {}, v: {} };
  for (const name of names) {
    const isMatrix = parameters[name].ndim >= 2;
    const gradient = gradients[name].mul(clip.ref);
    const first = m[name].mul(beta1).add(gradient.ref.mul(1 - beta1));
    const second = v[name].mul(beta2).add(np.square(gradient).mul(1 - beta2));
    const [c1, c2] = [corrections.ref.slice(0), corrections.ref.slice(1)];
    const update = first.ref.mul(c1).div(np.sqrt(second.ref.mul(c2)).add(epsilon));
    const kept = isMatrix ? parameters[name].mul(1 - learningRate * weightDecay) : parameters[name];
    next.parameters[name] = kept.sub(update.mul(learningRate));
    next.m[name] = first;
    next.v[name] = second;
  }
  clip.dispose();
  corrections.dispose();
  return next;
}

export async function open(job) {
  const devices = await init(job.backend);
  if (!devices.includes(job.backend)) throw new Error(`jax-js has no ${job.backend} here`);
  defaultDevice(job.backend);
  const { shape, method } = job;
  const { batch, length } = shape;
  const tokens = randomTokens(shape);
  // What comes after each token; -1, which is no token, after an example's last one.
  const next = tokens.map((_, i) => ((i + 1) % length === 0 ? -1 : tokens[i + 1]));
  const counted = batch * (length - 1);
  const weights = loadWeights(shape);
  const adapters = method === "lora" ? loadAdapters(shape) : {};
  const isFull = method === "full";
  const forward = createForward(shape, method);
  const loss = isFull
    ? (trained, _, ...rest) => forward(trained, {}, ...rest, counted)
    : (trained, frozen, ...rest) => forward(frozen, trained, ...rest, counted);

  const trainStep = jit((trained, m, v, frozen, ids, targets, tables, corrections) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(trained), frozen, ids, targets, tables);
    return [value, adamW(trained, m, v, gradients, corrections)];
  });

  const parameters = isFull ? weights : adapters;
  const frozen = isFull ? {} : weights;
  const zeros = () => tree.map((x) => np.zeros(x.shape), parameters);
  let state = { parameters, m: zeros(), v: zeros() };
  const ids = np.array(tokens, { dtype: np.int32 });
  const targets = np.array(Int32Array.from(next), { dtype: np.int32 });
  const tables = rotaryTables(shape);
  await blockUntilReady(state);
  let number = 0;
  return {
    async step() {
      const started = performance.now();
      const { beta1, beta2 } = OPTIMIZER;
      number++;
      const corrections = np.array([1 / (1 - beta1 ** number), 1 / (1 - beta2 ** number)]);
      const [value, after] = trainStep(
        state.parameters,
        state.m,
        state.v,
        tree.ref(frozen),
        ids.ref,
        targets.ref,
        tree.ref(tables),
        corrections,
      );
      state = after;
      const result = await value.jsAsync();
      await blockUntilReady(state);
      return { ms: performance.now() - started, loss: result, scriptMs: null };
    },
  };
}
