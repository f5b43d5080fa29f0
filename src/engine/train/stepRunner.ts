/** Runs optimizer steps: on WebGPU each shape is captured once and replayed, elsewhere every step is run as it is. */
import type { Batch } from "@/data/pack";
import type { AdamW } from "../ops/adamW/adamW";
import { ratesOf } from "../ops/adamW/rates";
import { isWebGPU, tf, upload, type Tensor } from "../tfjs";
import { capture, CapturePool, replay, type Capture, type HostInputs } from "../webgpu/capture";
import { needsTuning, tune } from "../webgpu/gemm/tune";
import { prepareStep, runStep, type PreparedStep, type StepModel } from "./trainStep";

/** A browser may kill what keeps the GPU for seconds: a step that takes longer than this is cut into parts. */
const MAX_SUBMIT_MS = 200;

export type StepResult = {
  loss: number;
  /** [clip, frozen, gradient norm]. */
  control: Float32Array;
};

/** Owns the captured steps; the optimizer belongs to the caller. */
export class StepRunner {
  readonly #model: StepModel;
  readonly #optimizer: AdamW;
  readonly #captures = new Map<string, Capture>();
  #pool: CapturePool | null = null;
  #submits = 1;

  constructor(model: StepModel, optimizer: AdamW) {
    this.#model = model;
    this.#optimizer = optimizer;
  }

  /** Issues step number `step` (from 1); its numbers come when they are known. */
  run(batches: Batch[], learningRate: number, step: number): Promise<StepResult> {
    const prepared = prepareStep(batches);
    const rates = ratesOf(learningRate, step, this.#optimizer.options.weightDecay);
    const work = (): Tensor[] => {
      const { loss, control } = runStep(this.#model, this.#optimizer, prepared, rates);
      return [loss, control];
    };
    return toResult(isWebGPU() ? this.#runCaptured(prepared, rates, work) : work().map(read));
  }

  /** Asks for the programs of a step and for no result. */
  rehearse(batches: Batch[], learningRate: number): void {
    const rates = ratesOf(learningRate, 1, this.#optimizer.options.weightDecay);
    const { loss, control } = runStep(this.#model, this.#optimizer, prepareStep(batches), rates);
    tf.dispose([loss, control]);
  }

  /** Call before a step: tries what this device does fastest, where steps have met something new. */
  async tune(): Promise<void> {
    if (needsTuning() && (await tune())) this.forget();
  }

  /** How long a step took in milliseconds: the next ones are cut accordingly. */
  noteDuration(stepMs: number): void {
    this.#submits = Math.max(1, Math.ceil(stepMs / MAX_SUBMIT_MS));
  }

  /** Call when tensors that a step reads or writes have been replaced. */
  forget(): void {
    this.#captures.clear();
    this.#pool?.dispose();
    this.#pool = null;
  }

  #runCaptured(
    prepared: PreparedStep,
    rates: Float32Array,
    work: () => Tensor[],
  ): Promise<Float32Array>[] {
    const inputs = hostInputs(prepared, rates);
    const shape = prepared.batches.map(({ tokenIds, rows }) => `${tokenIds.length}/${rows.length}`);
    const captured = this.#captures.get(shape.join());
    if (captured) return replay(captured, inputs, this.#submits);
    const { model, view, parameters } = this.#model;
    // What comes from the CPU while it records would be taken for a part of the step.
    upload([
      ...model.tensors(view),
      ...parameters.map(({ variable }) => variable),
      ...this.#optimizer.tensors,
    ]);
    this.#pool ??= new CapturePool();
    const first = capture(this.#pool, inputs, work);
    this.#captures.set(shape.join(), first.captured);
    return first.values;
  }
}

function hostInputs({ batches, scale }: PreparedStep, rates: Float32Array): HostInputs {
  const inputs: HostInputs = { scale, rates };
  batches.forEach(({ tokenIds, segments, positions, rows, targets }, i) => {
    Object.assign(inputs, {
      [`tokenIds ${i}`]: tokenIds,
      [`segments ${i}`]: segments,
      [`positions ${i}`]: positions,
      [`rows ${i}`]: rows,
      [`targets ${i}`]: targets,
    });
  });
  return inputs;
}

async function toResult(values: Promise<Float32Array>[]): Promise<StepResult> {
  const [loss, control] = await Promise.all(values);
  return { loss: loss![0]!, control: control! };
}

/** Reads a tensor without blocking the queue, and frees it. */
async function read(tensor: Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
