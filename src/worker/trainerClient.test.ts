import { expose } from "comlink";
import { describe, expect, it, vi } from "vitest";
import { AppError } from "@/core/errors";
import { createTrainerClient } from "./trainerClient";

/** A Worker made of a MessageChannel, so that Comlink runs for real in Node. */
class FakeWorker extends EventTarget {
  readonly #channel = new MessageChannel();
  isTerminated = false;

  constructor(api: object) {
    super();
    expose(api, this.#channel.port1);
    this.#channel.port2.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      this.dispatchEvent(new MessageEvent("message", { data }));
    });
    this.#channel.port2.start();
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#channel.port2.postMessage(message, transfer);
  }
  terminate(): void {
    this.isTerminated = true;
    this.#channel.port1.close();
    this.#channel.port2.close();
  }
}

function crashEvent(message: string): Event {
  return Object.assign(new Event("error"), { message });
}

function createClient(api: object) {
  const workers: FakeWorker[] = [];
  const onCrash = vi.fn();
  const client = createTrainerClient({
    onCrash,
    startWorker: () => {
      const worker = new FakeWorker(api);
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { client, workers, onCrash };
}

describe("createTrainerClient", () => {
  it("passes calls on and gives their results", async () => {
    const { client } = createClient({ listSavedRuns: () => [{ runId: "a" }] });
    await expect(client.trainer.listSavedRuns()).resolves.toEqual([{ runId: "a" }]);
    client.dispose();
  });

  it("rejects pending and later calls when the thread crashes", async () => {
    const { client, workers, onCrash } = createClient({
      pauseRun: () => new Promise(() => undefined),
    });
    const call = client.trainer.pauseRun();
    workers[0]?.dispatchEvent(crashEvent("out of memory"));
    await expect(call).rejects.toMatchObject({ code: "worker/crashed" });
    await expect(client.trainer.pauseRun()).rejects.toBeInstanceOf(AppError);
    expect(onCrash).toHaveBeenCalledTimes(1);
    expect(workers[0]?.isTerminated).toBe(true);
  });

  it("works again after a restart, through the same object", async () => {
    const { client, workers } = createClient({ listSavedRuns: () => [] });
    const { trainer } = client;
    workers[0]?.dispatchEvent(crashEvent("gone"));
    client.restart();
    await expect(trainer.listSavedRuns()).resolves.toEqual([]);
    expect(workers).toHaveLength(2);
    client.dispose();
  });

  it("can be awaited without being taken for a promise", async () => {
    const { client } = createClient({});
    expect(await Promise.resolve(client.trainer)).toBe(client.trainer);
    client.dispose();
  });
});
