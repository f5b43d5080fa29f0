import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import { isKeyExposed, KNOWN_SERVERS, parseBaseUrl } from "@/teacher/endpoint/address";
import { EndpointTeacher, listModels } from "@/teacher/endpoint/endpointTeacher";
import type { Teacher } from "@/teacher/teacher";

export type ServerStatus =
  | { kind: "unasked" }
  | { kind: "asking" }
  | { kind: "answered"; models: string[] }
  | { kind: "failed"; error: ErrorRecord };

/** A refused request waits until `until`, in milliseconds of the clock. */
export type Wait = { until: number; status: number };

/** A teacher behind an address. The key lives in this object alone: it is never stored. */
export class ServerTeacherState {
  address = $state(KNOWN_SERVERS[0]?.address ?? "");
  key = $state("");
  model = $state("");
  status = $state.raw<ServerStatus>({ kind: "unasked" });
  wait = $state.raw<Wait | null>(null);
  /** Null where what is typed is no address. */
  baseUrl = $derived(parseBaseUrl(this.address));
  isKeyExposed = $derived(this.baseUrl !== null && isKeyExposed(this.baseUrl, this.key.trim()));
  isComplete = $derived(this.baseUrl !== null && this.model.trim() !== "");
  #attempt = 0;

  /** What was learned about one server does not hold for another. */
  forget(): void {
    this.#attempt++;
    this.status = { kind: "unasked" };
  }

  /** Asks which models there are. */
  async connect(): Promise<void> {
    if (this.baseUrl === null) return;
    const attempt = ++this.#attempt;
    this.status = { kind: "asking" };
    const endpoint = { baseUrl: this.baseUrl, key: this.key.trim() };
    let status: ServerStatus;
    try {
      const models = await listModels(endpoint, new AbortController().signal);
      status = { kind: "answered", models };
    } catch (thrown) {
      status = { kind: "failed", error: toErrorRecord(thrown) };
    }
    if (attempt !== this.#attempt) return;
    this.status = status;
    if (status.kind !== "answered") return;
    if (!status.models.includes(this.model.trim())) this.model = status.models[0] ?? "";
  }

  /** Null while address or model are missing. A server without a list of models may still have them. */
  createTeacher(): Teacher | null {
    const model = this.model.trim();
    if (this.baseUrl === null || model === "") return null;
    return new EndpointTeacher({ baseUrl: this.baseUrl, key: this.key.trim() }, model, {
      onWait: (waitMs, status) => (this.wait = { until: Date.now() + waitMs, status }),
    });
  }
}
