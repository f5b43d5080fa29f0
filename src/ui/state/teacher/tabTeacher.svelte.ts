import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import { DEFAULT_LOCAL_MODEL, LocalTeacher } from "@/teacher/local/localTeacher";
import type { LocalDevice, ModelFacts } from "@/teacher/local/modelFacts";
import { isAbort, type Teacher } from "@/teacher/teacher";

export type TabTeacherStatus =
  | { kind: "choosing" }
  | { kind: "finding" }
  /** Size and license are known; nothing of weight was fetched yet. */
  | { kind: "found"; facts: ModelFacts }
  | { kind: "loading"; facts: ModelFacts; doneBytes: number; begunAt: number }
  | { kind: "ready"; facts: ModelFacts }
  | { kind: "failed"; error: ErrorRecord };

/** A teacher in this tab: looked up first, loaded when a person says so, freed when they do. */
export class TabTeacherState {
  repo = $state(DEFAULT_LOCAL_MODEL);
  status = $state.raw<TabTeacherStatus>({ kind: "choosing" });
  readonly #local: LocalTeacher;
  readonly #findDevice: () => LocalDevice;
  #abort = new AbortController();

  constructor(hubUrl: string, findDevice: () => LocalDevice) {
    this.#local = new LocalTeacher(hubUrl);
    this.#findDevice = findDevice;
  }

  /** Null while no model is loaded. */
  get teacher(): Teacher | null {
    return this.status.kind === "ready" ? this.#local : null;
  }

  async find(): Promise<void> {
    // A pasted page address is as good as an id.
    const repo = this.repo
      .trim()
      .replace(/^https?:\/\/[^/]+\//, "")
      .replace(/\/(tree\/.*)?$/, "");
    this.repo = repo;
    this.status = { kind: "finding" };
    await this.#settle(async () => {
      const facts = await this.#local.findFacts(repo, this.#findDevice());
      return { kind: "found", facts };
    });
  }

  async load(): Promise<void> {
    if (this.status.kind !== "found") return;
    const { facts } = this.status;
    const begunAt = Date.now();
    this.status = { kind: "loading", facts, doneBytes: 0, begunAt };
    this.#abort = new AbortController();
    await this.#settle(async () => {
      const onBytes = (doneBytes: number) => {
        if (this.status.kind === "loading") {
          this.status = { kind: "loading", facts, doneBytes, begunAt };
        }
      };
      await this.#local.load(facts, onBytes, this.#abort.signal);
      return { kind: "ready", facts };
    });
  }

  /** Ends what is under way, or frees the loaded model. */
  leave(): void {
    this.#abort.abort();
    this.#local.dispose();
    this.status = { kind: "choosing" };
  }

  async #settle(task: () => Promise<TabTeacherStatus>): Promise<void> {
    try {
      this.status = await task();
    } catch (thrown) {
      this.status = isAbort(thrown)
        ? { kind: "choosing" }
        : { kind: "failed", error: toErrorRecord(thrown) };
    }
  }
}
