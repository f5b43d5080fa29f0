/**
 * The page's end of the trainer's thread: starts the Worker, speaks Comlink, and rejects calls
 * that a dead Worker would leave hanging (Comlink never settles them).
 */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import { AppError } from "@/core/errors";
import { installErrorTransfer } from "./errorTransfer";
import type { TrainerApi } from "./protocol";

export type TrainerClient = {
  /** Stays the same object over restarts. */
  trainer: TrainerApi;
  /** Ends the Worker and starts a new, empty one; `subscribe` has to be called again. */
  restart(): void;
  dispose(): void;
};

type Options = {
  /** Called once per crash, after pending calls were rejected. */
  onCrash: (error: AppError) => void;
  startWorker?: () => Worker;
};

type Method = (...args: unknown[]) => Promise<unknown>;

/** Starts the trainer's Worker. The caller owns the client. */
export function createTrainerClient({
  onCrash,
  startWorker = startTrainerWorker,
}: Options): TrainerClient {
  installErrorTransfer();
  const pending = new Set<(error: AppError) => void>();
  let crash: AppError | null = null;
  let worker: Worker;
  let remote: Remote<TrainerApi>;

  function start(): void {
    crash = null;
    worker = startWorker();
    remote = wrap<TrainerApi>(worker);
    const own = worker;
    const fail = (reason: string) => {
      if (own !== worker || crash) return;
      crash = new AppError("worker/crashed", `The trainer's thread stopped: ${reason}`);
      stop(crash);
      onCrash(crash);
    };
    worker.addEventListener("error", (event) => fail(event.message || "it could not start"));
    worker.addEventListener("messageerror", () => fail("a message could not be read"));
  }

  function stop(error: AppError): void {
    worker.terminate();
    remote[releaseProxy]();
    for (const reject of [...pending]) reject(error);
    pending.clear();
  }

  function call(name: keyof TrainerApi, args: unknown[]): Promise<unknown> {
    if (crash) return Promise.reject(crash);
    return new Promise((resolve, reject) => {
      pending.add(reject);
      const sent = args.map((arg) => (typeof arg === "function" ? proxy(arg) : arg));
      (remote[name] as Method)(...sent)
        .then(resolve, reject)
        .finally(() => pending.delete(reject));
    });
  }

  start();
  // One facade instead of the remote itself, so that state classes keep theirs over a restart.
  const trainer = new Proxy({} as TrainerApi, {
    get: (_target, name) =>
      // An object with `then` would be taken for a promise by `await`.
      typeof name === "symbol" || name === "then"
        ? undefined
        : (...args: unknown[]) => call(name as keyof TrainerApi, args),
  });

  return {
    trainer,
    restart() {
      if (!crash) stop(new AppError("worker/crashed", "The trainer's thread was restarted."));
      start();
    },
    dispose() {
      if (!crash) stop(new AppError("worker/crashed", "The trainer's thread was closed."));
    },
  };
}

function startTrainerWorker(): Worker {
  return new Worker(new URL("./trainer.worker.ts", import.meta.url), { type: "module" });
}
