// One training step of several engines: the same shape, tokens, optimizer and machine, in turn.
import { CONTESTANTS, SHAPES } from "./shapes.js";

const WARM_UPS = 2;
const STEPS = 5;
/** A step longer than this is repeated less, one longer than the second not at all; in ms. */
const SLOW = 15_000;
const VERY_SLOW = 40_000;

/**
 * What is left to do once a step took so long. The first step also compiles, so it is warm-up; where the
 * engine has had a pass of its own before it, a very slow one is not repeated for that.
 */
function replan({ warmUps, steps }, taken, ms, warmsUpItself) {
  if (ms > VERY_SLOW) return { warmUps: warmsUpItself && taken === 1 ? 0 : 1, steps: 1 };
  if (ms > SLOW && taken > 1) return { warmUps: 1, steps: Math.min(2, steps) };
  return { warmUps, steps };
}

/**
 * Times all engines on one shape, one step each in turn, so that what else the machine does hits
 * all of them. Gives a row for each; an engine that fails has an `error`.
 */
export async function contest(host, { shape, method, backend, engines, steps = STEPS }) {
  const inTurn = engines.filter(({ isFree }) => !isFree);
  const groups = [inTurn, ...engines.filter(({ isFree }) => isFree).map((one) => [one])];
  const rows = [];
  for (const group of groups) {
    const open = [];
    for (const engine of group)
      open.push(await enter(host, engine, { shape, method, backend, steps }));
    while (open.some(isUnfinished)) {
      for (const entry of open.filter(isUnfinished)) await takeStep(entry);
    }
    for (const { page, row } of open) {
      await page?.close();
      rows.push(row);
    }
  }
  return rows;
}

async function enter(host, engine, { shape, method, backend, steps }) {
  const row = { shape, method, backend, engine: engine.id, stepMs: [], scriptMs: [], losses: [] };
  const entry = {
    page: null,
    warmsUpItself: engine.isFree,
    row,
    plan: { warmUps: WARM_UPS, steps },
    taken: 0,
  };
  try {
    const job = { shape: SHAPES[shape], method, backend };
    entry.page = await host.open(engine.file, job, engine.isIsolated);
  } catch (error) {
    row.error = firstLine(error);
  }
  return entry;
}

const isUnfinished = ({ row, plan: { warmUps, steps }, taken }) =>
  !row.error && taken < warmUps + steps;

async function takeStep(entry) {
  const { row, page } = entry;
  try {
    const { ms, loss, scriptMs } = await page.step();
    const name = `${row.shape} ${row.method} ${row.backend} ${row.engine}`;
    console.log(`${name}: step ${++entry.taken} ${ms.toFixed(0)} ms, loss ${loss.toFixed(5)}`);
    entry.plan = replan(entry.plan, entry.taken, ms, entry.warmsUpItself);
    row.losses.push(loss);
    row.warmUps = entry.plan.warmUps;
    if (entry.taken <= entry.plan.warmUps) return;
    row.stepMs.push(ms);
    if (scriptMs !== null) row.scriptMs.push(scriptMs);
  } catch (error) {
    row.error = firstLine(error);
  }
}

const firstLine = (error) => error.message.split("\n")[0];

/** The engines that are asked for and know the backend. */
export function enginesFor(backend, ids) {
  return CONTESTANTS.filter(({ id, backends }) => backends.includes(backend) && ids.includes(id));
}
