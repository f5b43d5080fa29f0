/** Numbers as a person reads them. Units follow a no-break space, so that they never wrap apart. */

const NBSP = "\u00a0";
const DASH = "–";

/** 12345 → "12,345". */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** 134_515_008 → "135 M". */
export function formatCompact(value: number): string {
  if (value < 1000) return formatCount(value);
  const units = ["K", "M", "B", "T"];
  let scaled = value;
  let unit = "";
  for (const next of units) {
    if (scaled < 999.5) break;
    scaled /= 1000;
    unit = next;
  }
  return `${toThreeDigits(scaled)}${NBSP}${unit}`;
}

/** Decimal units, as browsers and operating systems show downloads: 8_400_000 → "8.4 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)}${NBSP}B`;
  return `${formatCompact(bytes).replace("K", "k").replace("B", "G")}B`;
}

/** 3_725_000 → "1 h 2 min", 64_000 → "1 min 4 s", 8_200 → "8 s". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return DASH;
  if (ms < 1000) return `under 1${NBSP}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${NBSP}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, "min", seconds % 60, "s");
  return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

/** 1234.5 → "1,235 tok/s". */
export function formatRate(perSecond: number, unit: string): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return DASH;
  const shown = perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
  return `${shown}${NBSP}${unit}/s`;
}

/** Losses have three decimals; very small ones are shown by their size. */
export function formatLoss(loss: number | null | undefined): string {
  if (loss === null || loss === undefined) return DASH;
  if (!Number.isFinite(loss)) return "not finite";
  return loss !== 0 && Math.abs(loss) < 0.001 ? loss.toExponential(1) : loss.toFixed(3);
}

/** 0.002 → "0.002", 0.00002 → "2e-5", 0.00123456 → "0.00123". */
export function formatLearningRate(rate: number): string {
  if (rate === 0) return "0";
  const rounded = Number(rate.toPrecision(3));
  return rounded >= 1e-4 ? String(rounded) : rounded.toExponential().replace("e+", "e");
}

/** 0.256 → "26 %". */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)}${NBSP}%`;
}

/** "1 example", "2 examples". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)}${NBSP}${count === 1 ? one : many}`;
}

/** A moment of the past, by the reader's clock: "today 14:05", "3 Nov 14:05". */
export function formatMoment(timestamp: number, now: number): string {
  const date = new Date(timestamp);
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (new Date(now).toDateString() === date.toDateString()) return `today ${time}`;
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${day} ${time}`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}${NBSP}${largeUnit}`;
  return small === 0 ? head : `${head} ${small}${NBSP}${smallUnit}`;
}

function toThreeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return String(Number(value.toPrecision(value >= 9.995 ? 3 : 2)));
}
