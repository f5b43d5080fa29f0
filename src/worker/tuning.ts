/** Remembers from one visit to the next which programs are the fastest on this device. */
import { recallChoices } from "@/engine/webgpu/gemm/tune";
import type { TuningStore } from "@/storage/tuningStore";

/** Takes over what was found on the device in a former visit, and keeps what is found in this one until it is lost. */
export async function rememberTuning(
  store: TuningStore,
  device: string,
  lost: Promise<unknown>,
): Promise<void> {
  let isLost = false;
  void lost.then(() => (isLost = true));
  recallChoices(await store.read(device), (choices) => {
    // Everything takes a lost device no time.
    if (!isLost) void store.write(device, choices);
  });
}
