/**
 * The Comlink transfer handler that keeps an AppError's code and details: structured clone drops
 * them. Both sides install it once, before the first call.
 */
import { transferHandlers, type TransferHandler } from "comlink";
import { fromErrorRecord, toErrorRecord, type ErrorRecord } from "@/core/errors";

/** Replaces Comlink's handler for thrown values. Calling it twice does no harm. */
export function installErrorTransfer(): void {
  const thrown = transferHandlers.get("throw");
  if (!thrown) throw new Error("installErrorTransfer: Comlink has no handler named throw");
  const handler: TransferHandler<{ value: unknown }, ErrorRecord> = {
    // Comlink marks thrown values with a private symbol, so its own test must stay.
    canHandle: (value): value is { value: unknown } => thrown.canHandle(value),
    serialize: ({ value }) => [toErrorRecord(value), []],
    deserialize: (record) => {
      throw fromErrorRecord(record);
    },
  };
  transferHandlers.set("throw", handler);
}
