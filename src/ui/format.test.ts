import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatLearningRate,
  formatLoss,
  formatMoment,
  formatPercent,
  formatPlural,
  formatRate,
} from "./format";

/** Units are joined by a no-break space; the expectations are written with plain ones. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("format", () => {
  it("groups thousands", () => {
    expect(formatCount(12345.4)).toBe("12,345");
  });

  it("shortens large counts and never shows 1000 of a unit", () => {
    expect(
      [999, 1000, 4_120_000, 134_515_008, 999_999, 1_100_000_000].map(formatCompact).map(plain),
    ).toEqual(["999", "1 K", "4.1 M", "135 M", "1 M", "1.1 B"]);
  });

  it("writes bytes in decimal units", () => {
    expect([0, 512, 8_400_000, 1_240_000_000, 65_000].map(formatBytes).map(plain)).toEqual([
      "0 B",
      "512 B",
      "8.4 MB",
      "1.2 GB",
      "65 kB",
    ]);
  });

  it("writes durations with at most two units", () => {
    expect(
      [200, 8200, 60_000, 64_000, 3_725_000, -1, Infinity].map(formatDuration).map(plain),
    ).toEqual(["under 1 s", "8 s", "1 min", "1 min 4 s", "1 h 2 min", "–", "–"]);
  });

  it("writes losses with three decimals and says when one is not finite", () => {
    expect([1.23456, 0, 0.00012, null, NaN].map(formatLoss)).toEqual([
      "1.235",
      "0.000",
      "1.2e-4",
      "–",
      "not finite",
    ]);
  });

  it("writes learning rates without trailing noise", () => {
    expect([0, 0.002, 2e-5, 0.00123456, 1e-4].map(formatLearningRate)).toEqual([
      "0",
      "0.002",
      "2e-5",
      "0.00123",
      "0.0001",
    ]);
  });

  it("writes rates, shares and plurals", () => {
    expect(plain(formatRate(1234.5, "tokens"))).toBe("1,235 tokens/s");
    expect(formatRate(0, "tokens")).toBe("–");
    expect(plain(formatPercent(0.256))).toBe("26 %");
    expect(plain(formatPlural(1, "example"))).toBe("1 example");
    expect(plain(formatPlural(2, "example"))).toBe("2 examples");
  });

  it("names today, and the day otherwise", () => {
    const now = new Date(2026, 10, 21, 15, 0).getTime();
    expect(formatMoment(new Date(2026, 10, 21, 14, 5).getTime(), now)).toBe("today 14:05");
    expect(formatMoment(new Date(2026, 10, 3, 14, 5).getTime(), now)).toBe("3 Nov 14:05");
  });
});
