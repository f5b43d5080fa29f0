// From measured records to figures, and from figures to Markdown.

/** Samples of each set, in the seeded order in which they were asked: none is picked. */
const SAMPLES = { "unseen-facts": 12, "unseen-phrasings": 6, "unseen-kinds": 6 };

/** What of a measurement is kept: totals, counts by kind, and the first answers. */
export function condense(sets) {
  return sets.map(({ name, title, state, totals, perplexity, records }) => ({
    name,
    title,
    state,
    count: records.length,
    totals,
    perplexity,
    byKind: countByKind(records),
    samples: records.slice(0, SAMPLES[name] ?? 0),
  }));
}

function countByKind(records) {
  const kinds = {};
  for (const record of records) {
    if (record.of !== "question") continue;
    const kind = (kinds[record.kind] ??= { count: 0, base: 0, tuned: 0 });
    kind.count++;
    if (record.base.isRight) kind.base++;
    if (record.tuned?.isRight) kind.tuned++;
  }
  return kinds;
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Ends of sentences: a stop that a capital or the end of the text follows. */
export const countSentences = (text) =>
  text.match(/[.!?]+["”')]*(?=\s+["“'(]?[A-Z]|\s*$)/g)?.length ?? 0;

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const loss = (value) => (value === null ? "–" : value.toFixed(3));
/** A text as Markdown shows it, letter by letter, in one cell. */
const cell = (text) =>
  text
    .trim()
    .replace(/[\\`*_<>|[\]#~]/g, "\\$&")
    .replace(/\s*\n\s*/g, " ⏎ ") || "(nothing)";
const lines = (rows) => rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
/** Of numbers, with a label in front. */
const table = (head, ...rows) =>
  lines([head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows]);
const textTable = (head, ...rows) => lines([head, head.map(() => "---"), ...rows]);

/** The whole report. */
export function toMarkdown({ about, visits, seeds, stories }) {
  return [
    "# Measured on the built page",
    aboutText(about),
    "## A first visit",
    "Milliseconds from the start of the navigation, each visit with a fresh profile; the first token from the press of the button.",
    visitTable(visits),
    "## Tuning with all defaults",
    runTable(seeds),
    "## What the sets show",
    "Right: the first line is an accepted answer. Right form: the sentence that was asked for, right or wrong. Greedy, at most 48 new tokens.",
    ...seeds[0].sets.map((_, at) => setTable(seeds, at)),
    `## Samples with seed ${seeds[0].seed}`,
    "The first of each set in the seeded order in which they were asked, right and wrong.",
    ...seeds[0].sets.filter(({ samples }) => samples.length > 0).map(sampleTable),
    ...(stories ? storyParts(stories) : []),
    "",
  ].join("\n\n");
}

function aboutText({ date, browser, cpu, cores, load, options }) {
  const changed = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  const lines = [
    `${date}, ${browser}, ${cores} × ${cpu}, WebAssembly on ${Math.min(8, cores)} threads, headless, served from this machine; load before the start ${load}.`,
  ];
  if (changed.length > 0) {
    lines.push(`**A trial with ${changed.join(" ")}: these are not the default figures.**`);
  }
  return lines.join("\n\n");
}

function visitTable(visits) {
  const rows = [
    ["Tune button shown", "usable"],
    ["Base model loaded", "loaded"],
    ["Tune button enabled: data read and counted", "ready"],
    ["First token of the base, after the press", "firstTokenMs"],
  ];
  return table(
    ["", ...visits.map((_, i) => `visit ${i + 1}`)],
    ...rows.map(([label, key]) => [
      label,
      ...visits.map((times) => `${Math.round(times[key])} ms`),
    ]),
  );
}

function runTable(seeds) {
  return table(
    [
      "seed",
      "steps",
      "tokens a step",
      "steps alone",
      "with answers, losses, saves",
      "held-out loss",
      "measuring",
    ],
    ...seeds.map(({ seed, run, measureMs }) => [
      seed,
      run.steps,
      Math.round(run.tokens / run.steps),
      seconds(run.stepsMs),
      seconds(run.wallMs),
      run.heldOutLoss.map(loss).join(" → "),
      seconds(measureMs),
    ]),
  );
}

function setTable(seeds, at) {
  const { title, count, totals, perplexity } = seeds[0].sets[at];
  const head = ["", "base", ...seeds.map(({ seed }) => `tuned, seed ${seed}`), "mean"];
  const row = (label, read, show) => {
    const tuned = seeds.map(({ sets }) => read(sets[at], "tuned"));
    return [label, show(read(seeds[0].sets[at], "base")), ...tuned.map(show), show(mean(tuned))];
  };
  const rows = [];
  if (totals.base) {
    const share = (part, whole) => (set, side) => set.totals[side][part] / set.totals[side][whole];
    rows.push(row("right", share("right", "count"), percent));
    if (totals.base.formCount > 0)
      rows.push(row("right form", share("form", "formCount"), percent));
    rows.push(row("ends its own answer", share("ended", "count"), percent));
  } else {
    const rise = ({ perplexity: both }) => both.tuned / both.base - 1;
    rows.push(
      row(
        "perplexity",
        (set, side) => set.perplexity[side],
        (value) => value.toFixed(2),
      ),
    );
    const rises = seeds.map(({ sets }) => rise(sets[at]));
    rows.push(["rise", "", ...rises.map(percent), percent(mean(rises))]);
  }
  const what = perplexity.base === null ? "questions" : "passages";
  return `### ${title}: ${count} ${what}\n\n${table(head, ...rows)}`;
}

function sampleTable({ title, samples }) {
  const rows = samples.map(({ instruction, input, base, tuned, output }) => [
    cell([instruction, input].filter(Boolean).join(" / ")),
    cell(base.text),
    cell(tuned.text),
    tuned.isRight ? "right" : `wrong: ${cell(output)}`,
  ]);
  return `### ${title}\n\n${textTable(["question", "base", "tuned", ""], ...rows)}`;
}

function storyParts({ title, run, samples }) {
  const whole = samples.filter(({ tuned }) => tuned.isEnded);
  return [
    `## ${title}`,
    `${run.steps} steps in ${seconds(run.wallMs)}, held-out loss ${run.heldOutLoss.map(loss).join(" → ")}. ${whole.length} of ${samples.length} tuned answers ended by themselves; sentences in each: ${samples.map(({ tuned }) => countSentences(tuned.text)).join(", ")}.`,
    textTable(
      ["prompt", "base", "tuned"],
      ...samples.map(({ prompt, base, tuned }) => [
        cell(prompt),
        cell(base.text),
        cell(tuned.text),
      ]),
    ),
  ];
}
