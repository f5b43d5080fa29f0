// Plots as SVG, readable on a light and on a dark page.
import { fitLine } from "./numbers.js";

const [WIDTH, HEIGHT] = [320, 240];
const BOX = { left: 52, right: 12, top: 30, bottom: 40 };
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #444; }
  .title { font-weight: 600; fill: #111; }
  .axis { stroke: #bbb; }
  .fit { stroke: #999; stroke-dasharray: 4 3; }
  .dot { fill: #0b62c4; }
  @media (prefers-color-scheme: dark) {
    text { fill: #bbb; }
    .title { fill: #eee; }
    .axis { stroke: #555; }
    .fit { stroke: #888; }
    .dot { fill: #6db1ff; }
  }`;

/** Panels side by side. `points` are { at, ms }; a line is fitted through them unless `isFlat`. */
export function toSvg(panels) {
  const width = panels.length * WIDTH;
  const drawn = panels.map(
    (panel, i) => `<g transform="translate(${i * WIDTH} 0)">${drawPanel(panel)}</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img">`,
    `<title>${panels.map(({ title }) => title).join("; ")}</title>`,
    `<style>${STYLE}\n</style>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, xLabel, points, isFlat = false }) {
  const xMax = Math.max(...points.map(({ at }) => at));
  const yMax = niceCeiling(Math.max(...points.map(({ ms }) => ms)) * (isFlat ? 1.3 : 1));
  const x = (value) => round(BOX.left + (value / xMax) * (WIDTH - BOX.left - BOX.right));
  const y = (value) =>
    round(HEIGHT - BOX.bottom - (value / yMax) * (HEIGHT - BOX.top - BOX.bottom));
  const ticks = [0, 0.5, 1].map((share) => share * yMax);
  const steps = xTicks(points.map(({ at }) => at));
  const { slope, offset } = fitLine(points);
  const first = Math.min(...points.map(({ at }) => at));
  const line = (x1, y1, x2, y2, name) =>
    `<line class="${name}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
  return [
    `<text class="title" x="${BOX.left}" y="18">${title}</text>`,
    line(x(0), y(0), x(xMax), y(0), "axis"),
    line(x(0), y(0), x(0), y(yMax), "axis"),
    ...ticks.map(
      (tick) =>
        `<text x="${BOX.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tickText(tick)}</text>`,
    ),
    ...steps.map(
      (tick) =>
        `<text x="${x(tick)}" y="${HEIGHT - BOX.bottom + 16}" text-anchor="middle">${tick}</text>`,
    ),
    `<text x="${(x(0) + x(xMax)) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${xLabel}</text>`,
    line(x(first), y(offset + slope * first), x(xMax), y(offset + slope * xMax), "fit"),
    ...points.map(({ at, ms }) => `<circle class="dot" cx="${x(at)}" cy="${y(ms)}" r="3"/>`),
  ].join("\n");
}

const round = (value) => Math.round(value * 10) / 10;
const tickText = (ms) => (ms >= 1000 ? `${ms / 1000} s` : `${Math.round(ms * 10) / 10} ms`);

/** The values that stand far enough apart to be written below the axis. */
function xTicks(values) {
  const widest = Math.max(...values);
  const ticks = [];
  for (const value of values.toSorted((a, b) => b - a)) {
    if (ticks.every((tick) => tick - value >= widest / 9)) ticks.push(value);
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten, not below the value. */
function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 4, 5, 10].find((factor) => factor * power >= value);
}
