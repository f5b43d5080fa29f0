/** How long the records are in tokens: whole, their prompts, and what of them is learned. */

export type RecordLength = { tokenCount: number; trainedCount: number };

export type Histogram = {
  /** Records by bin; the last bin holds what is longer, too. */
  bins: number[];
  median: number;
  longest: number;
};

export type Lengths = {
  /** Tokens in a bin; the same for all three, so that they can stand one above the other. */
  binWidth: number;
  /** Tokens that an example may have, and how many records have more. */
  limit: number;
  overLimit: number;
  record: Histogram;
  prompt: Histogram;
  completion: Histogram;
};

/** Bins at most: bars of a few pixels each, on a phone too. */
const MOST_BINS = 64;
/** A few very long records would press all others into one bar; they go into the last bin. */
const SHOWN_SHARE = 0.99;

/** `list` is not empty. */
export function measureLengths(list: readonly RecordLength[], limit: number): Lengths {
  const record = list.map(({ tokenCount }) => tokenCount).sort((a, b) => a - b);
  const prompt = list.map(({ tokenCount, trainedCount }) => tokenCount - trainedCount);
  const completion = list.map(({ trainedCount }) => trainedCount);
  const shown = record[Math.floor(SHOWN_SHARE * (record.length - 1))] ?? 0;
  // The cut-off line has a place even where nothing reaches it.
  const end = Math.max(shown, limit) + 1;
  const binWidth = roundUp(end / MOST_BINS);
  const binCount = Math.ceil(end / binWidth);
  const toHistogram = (values: number[]): Histogram => fillBins(values, binWidth, binCount);
  return {
    binWidth,
    limit,
    overLimit: record.filter((length) => length > limit).length,
    record: toHistogram(record),
    prompt: toHistogram(prompt),
    completion: toHistogram(completion),
  };
}

function fillBins(values: number[], width: number, count: number): Histogram {
  const bins = new Array<number>(count).fill(0);
  for (const value of values) bins[Math.min(Math.floor(value / width), count - 1)]!++;
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return { bins, median, longest: sorted.at(-1) ?? 0 };
}

/** The next of 1, 2, 5, 10, 20, 50, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= value) ?? 1;
}
