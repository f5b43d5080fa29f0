/** Remembers from one visit to the next which programs are the fastest on this device. */
import { recallChoices } from "@/engine/webgpu/gemm/tune";
import type { TuningStore } from "@/storage/tuningStore";

/** Takes over what was found on the device in a former visit, and keeps what is found in this one. */
export async function rememberTuning(store: TuningStore, device: string): Promise<void> {
  recallChoices(await store.read(device), (choices) => void store.write(device, choices));
}
