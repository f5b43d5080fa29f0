import type uPlot from "uplot";

/** Colors of the page's theme as the canvas needs them. */
export type ChartColors = {
  ink: string;
  quiet: string;
  grid: string;
  base: string;
  tuned: string;
  tunedFaint: string;
};

const FONT = '13px "Inter Variable", system-ui, sans-serif';

export function readColors(element: Element): ChartColors {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"),
    quiet: read("--ink-3"),
    grid: read("--line"),
    base: read("--base-line"),
    tuned: read("--tuned-line"),
    tunedFaint: read("--tuned-faint"),
  };
}

/** uPlot's settings: the tuned model is amber, the base a dashed blue line, held-out loss is ink. */
export function toLossOptions(
  size: { width: number; height: number },
  colors: ChartColors,
  isLog: boolean,
  onHover: (index: number | null) => void,
): uPlot.Options {
  const axis = {
    stroke: colors.quiet,
    font: FONT,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    ...size,
    padding: [12, 12, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: (_chart, min, max) => [Math.min(0, min), Math.max(max, 1)] },
      y: isLog ? { distr: 3, log: 10 } : { range: toLinearRange },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 32, space: 80 },
      { ...axis, size: 48, space: 40, values: (_chart, splits) => splits.map(toTick) },
    ],
    series: [
      {},
      { stroke: colors.tunedFaint, width: 1, spanGaps: true, points: { show: false } },
      { stroke: colors.tuned, width: 2.5, spanGaps: true, points: { show: false } },
      {
        stroke: colors.ink,
        width: 1.5,
        spanGaps: true,
        points: { show: true, size: 5, fill: colors.ink },
      },
      { stroke: colors.base, width: 1.5, dash: [6, 5], spanGaps: true, points: { show: false } },
    ],
    hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
  };
}

function toLinearRange(_chart: uPlot, min: number, max: number): [number, number] {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const room = Math.max(max - min, 0.1) * 0.06;
  return [Math.max(0, min - room), max + room];
}

// On a log axis uPlot asks for every minor line too and gives null for those without room.
function toTick(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(3)));
}
