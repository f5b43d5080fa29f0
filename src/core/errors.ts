/** Faults a person can act on. Each has advice in `ui/advice.ts`, keyed by its code. */
export type ErrorCode =
  | "backend/unavailable"
  | "gpu/device-lost"
  | "gpu/out-of-memory"
  | "gpu/failed"
  | "model/unknown-family"
  | "model/bad-config"
  | "model/missing-file"
  | "model/missing-tensors"
  | "model/wrong-shape"
  | "model/bad-safetensors"
  | "model/pickle"
  | "model/too-large"
  | "model/vocabulary"
  | "model/bad-tokenizer"
  | "model/bad-adapter"
  | "hub/not-found"
  | "hub/gated"
  | "hub/failed"
  | "hub/cancelled"
  | "data/not-found"
  | "data/gated"
  | "data/unreachable"
  | "data/unreadable"
  | "data/nothing-usable"
  | "data/too-large"
  | "data/bad-mapping"
  | "data/no-trained-tokens"
  | "run/bad-config"
  | "run/not-finite"
  | "run/no-model"
  | "run/no-data"
  | "run/busy"
  | "run/cannot-resume"
  | "storage/unavailable"
  | "storage/quota"
  | "storage/failed"
  | "teacher/unreachable"
  | "teacher/refused"
  | "teacher/busy"
  | "teacher/cut-off"
  | "teacher/failed"
  | "teacher/no-onnx"
  | "worker/crashed"
  | "internal";

export type ErrorDetails = Record<string, string | number>;

/** An error with a code the page can advise on. The message says what happened, with the values. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** What is left of an error after a thread boundary: plain data (structured clone drops class and code). */
export type ErrorRecord = { code: ErrorCode; message: string; details: ErrorDetails };

/** Turns anything thrown into plain data; what is not an AppError becomes "internal". */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (thrown instanceof AppError) {
    return { code: thrown.code, message: thrown.message, details: thrown.details };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, details: {} };
}

/** The reverse of `toErrorRecord`. */
export function fromErrorRecord(record: ErrorRecord): AppError {
  return new AppError(record.code, record.message, record.details);
}
