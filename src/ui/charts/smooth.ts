/**
 * Exponential moving average with the bias of the start removed:
 * m_t = w·m_{t−1} + (1−w)·x_t, shown as m_t / (1 − w^t). Weight 0 gives the values back.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  const out: number[] = [];
  let mean = 0;
  let power = 1;
  for (const value of values) {
    if (!Number.isFinite(value)) {
      out.push(value);
      continue;
    }
    mean = weight * mean + (1 - weight) * value;
    power *= weight;
    out.push(mean / (1 - power));
  }
  return out;
}
