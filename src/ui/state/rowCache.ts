import type { TableRow } from "@/worker/protocol/table";

/** Rows kept: enough that scrolling back is free, too few to weigh anything. */
const MOST_ROWS = 2000;

/** Rows that were read, by id, and ids that are being read. */
export class RowCache {
  readonly #rows: ReadonlyMap<number, TableRow>;
  readonly #asked: Set<number>;

  constructor(rows: readonly TableRow[] = [], asked: Iterable<number> = []) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#asked = new Set([...this.#rows.keys(), ...asked]);
  }

  get(id: number): TableRow | undefined {
    return this.#rows.get(id);
  }

  /** The ids that were not asked for yet, and now count as asked for. */
  claim(ids: readonly number[]): number[] {
    const fresh = ids.filter((id) => !this.#asked.has(id));
    for (const id of fresh) this.#asked.add(id);
    return fresh;
  }

  /** These rows too; where they are too many, only those of `wanted`. */
  with(rows: readonly TableRow[], wanted: readonly number[]): RowCache {
    const all = [...this.#rows.values(), ...rows];
    if (all.length <= MOST_ROWS) return new RowCache(all, this.#asked);
    const kept = new Set(wanted);
    return new RowCache(
      all.filter(({ id }) => kept.has(id)),
      kept,
    );
  }
}
