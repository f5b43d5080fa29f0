/** The fake trainer's mix: parts of a made-up size; their shares are counted as the real one counts them. */
import { Random } from "@/core/random";
import { pickShare } from "@/data/mix/mix";
import type { DatasetSummary } from "@/worker/protocol";
import type { MixPartSummary, MixSettings } from "@/worker/protocol/mix";
import { FAKE_DATASET } from "./fakeScript";

export class FakeMix {
  #seed = 0;
  #parts: MixPartSummary[] = [toPart(0, FAKE_DATASET.name, FAKE_DATASET.recordCount)];

  add(name: string): DatasetSummary {
    const id = this.#parts.length;
    this.#parts.push(toPart(id, name, 250 * id));
    return this.summarize();
  }

  set({ seed, parts }: MixSettings): DatasetSummary {
    this.#seed = seed;
    this.#parts = parts.flatMap((share) => {
      const part = this.#parts.find(({ id }) => id === share.id);
      if (!part) return [];
      const times = pickShare(part.recordCount, share, new Random(seed));
      const taken = times.reduce((sum, count) => sum + count, 0);
      return [{ ...part, ...share, taken }];
    });
    return this.summarize();
  }

  summarize(): DatasetSummary {
    const parts = this.#parts;
    const [first] = parts;
    if (parts.length === 1 && first) return { ...FAKE_DATASET, name: first.name };
    return {
      ...FAKE_DATASET,
      name: parts.map(({ name }) => name).join(" + "),
      recordCount: parts.reduce((sum, part) => sum + Math.min(part.taken, part.recordCount), 0),
      mix: { seed: this.#seed, parts },
    };
  }
}

function toPart(id: number, name: string, recordCount: number): MixPartSummary {
  const { use, columns, mapping, options, notes } = FAKE_DATASET;
  const share = { weight: 1, cap: null, category: name };
  return {
    id,
    name,
    recordCount,
    taken: recordCount,
    use,
    columns,
    mapping,
    options,
    notes,
    ...share,
  };
}
