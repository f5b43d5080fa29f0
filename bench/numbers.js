/** The middle one, or the mean of both middle ones. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The line through the points with the smallest squared error, and the share of the variance it explains. */
export function fitLine(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean(({ at }) => at), mean(({ ms }) => ms)];
  const slope = mean((p) => (p.at - x) * (p.ms - y)) / mean((p) => (p.at - x) ** 2);
  const offset = y - slope * x;
  const rest = mean((p) => (p.ms - offset - slope * p.at) ** 2);
  return { slope, offset, r2: 1 - rest / mean((p) => (p.ms - y) ** 2) };
}

/** Milliseconds as people read them: three digits at most. */
export function formatMs(ms) {
  if (ms < 99.5) return `${ms.toPrecision(2)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : ms < 100_000 ? 1 : 0)} s`;
}
