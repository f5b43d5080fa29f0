/** A chart wider than this many points only costs time: screens have fewer pixels. */
export const MAX_POINTS = 2000;

/**
 * Indices to draw, in order: all of them, or the least and greatest value of each bucket, so that
 * no spike is lost. At most `maxPoints`; first and last are always kept.
 */
export function pickIndices(values: readonly number[], maxPoints = MAX_POINTS): number[] {
  const { length } = values;
  if (length <= maxPoints) return values.map((_, index) => index);
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 2));
  const picked = [0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * (length - 2)) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * (length - 2)) / buckets);
    let least = from;
    let greatest = from;
    for (let index = from; index < to; index++) {
      if ((values[index] ?? 0) < (values[least] ?? 0)) least = index;
      if ((values[index] ?? 0) > (values[greatest] ?? 0)) greatest = index;
    }
    picked.push(Math.min(least, greatest));
    if (least !== greatest) picked.push(Math.max(least, greatest));
  }
  picked.push(length - 1);
  return picked;
}
