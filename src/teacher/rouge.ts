/**
 * ROUGE-L of two texts: how much of their words they have in common in the same order.
 * With L the longest common subsequence, P = L / |a|, R = L / |b|: F = 2PR / (P + R) = 2L / (|a| + |b|).
 * https://aclanthology.org/W04-1013/; words as in Google's rouge_score: lower-case runs of letters and
 * digits (there of a–z only, here of every script).
 */
export function toWords(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** F in [0, 1]; 0 where it is sure to be under `atLeast`. */
export function rougeL(a: readonly string[], b: readonly string[], atLeast = 0): number {
  const words = a.length + b.length;
  if (a.length === 0 || b.length === 0) return 0;
  if ((2 * Math.min(a.length, b.length)) / words < atLeast) return 0;
  return (2 * lengthOfLcs(a, b)) / words;
}

/** One row of the usual table at a time. */
function lengthOfLcs(a: readonly string[], b: readonly string[]): number {
  const row = new Uint16Array(b.length + 1);
  for (const word of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = word === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
