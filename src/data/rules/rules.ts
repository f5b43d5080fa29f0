/** Makes instruction records by rules, with answers that can be checked. No model, no network. */
import { AppError } from "@/core/errors";
import { Random } from "@/core/random";
import type { MadeMark } from "../conversation";
import type { EvaluationQuestion, QuestionSet } from "../evaluationSet";
import { ask, type AskedTask, type Level, type Task, type TaskKind } from "./kind";
import { KINDS } from "./table";

export type LevelChoice = "easy" | "medium" | "hard" | "mixed";

export type RulesOptions = {
  /** Ids of kinds. */
  kinds: string[];
  /** So many of the kinds are not taught: the page measures with them. At least one is taught. */
  heldBack: number;
  count: number;
  level: LevelChoice;
  seed: number;
};

/** Questions in each of the sets that measure; fewer where the kinds are used up. */
const QUESTION_COUNT = 200;

/** Draws without a new task after which a kind counts as used up. */
const MAX_MISSES = 200;

/** Independent sequences under one seed: another count of records must not change what is held back. */
const STREAMS = { split: 1, training: 2, newTasks: 3, unseenKinds: 4 };

const LEVELS = { easy: 1, medium: 2, hard: 3 } as const satisfies Record<string, Level>;
type LevelName = keyof typeof LEVELS;

/** The chosen kinds, in the table's order. Throws `data/nothing-usable` where there is none. */
export function splitKinds({
  kinds,
  heldBack,
  seed,
}: Pick<RulesOptions, "kinds" | "heldBack" | "seed">): {
  taught: TaskKind[];
  heldBack: TaskKind[];
} {
  const chosen = KINDS.filter(({ id }) => kinds.includes(id));
  if (chosen.length === 0) {
    throw new AppError("data/nothing-usable", "No kind of task is chosen.");
  }
  const most = Math.min(heldBack, chosen.length - 1);
  const unseen = new Set(new Random(seed, STREAMS.split).shuffled(chosen).slice(0, most));
  return {
    taught: chosen.filter((kind) => !unseen.has(kind)),
    heldBack: chosen.filter((kind) => unseen.has(kind)),
  };
}

export type MadeRecord = AskedTask & { category: string; made: MadeMark };

/**
 * Records of the taught kinds in Alpaca columns, as many of each kind, then shuffled; same options, same records.
 * No question comes twice, so there may be fewer than `count` where the kinds are used up.
 */
export function makeRecords(options: RulesOptions): MadeRecord[] {
  return drawTraining(options).map(({ kind, asked, level }) => ({
    ...asked,
    category: kind.title,
    made: { how: `by rules: ${kind.title}, ${level}, seed ${options.seed}` },
  }));
}

/** What the data set is measured with: kinds that it has in tasks that it has not, and kinds that it has not. */
export function makeQuestionSets(options: RulesOptions): QuestionSet[] {
  const { taught, heldBack } = splitKinds(options);
  const { level, seed } = options;
  const taken = new Set(drawTraining(options).map(({ key }) => key));
  const draw = (kinds: TaskKind[], stream: number): EvaluationQuestion[] =>
    drawTasks(kinds, QUESTION_COUNT, level, new Random(seed, stream), taken).map(toQuestion);
  const sets: QuestionSet[] = [
    {
      name: "made-new-tasks",
      title: "Made: new tasks",
      description: `Kinds that were taught, with tasks that are not among the examples.`,
      questions: draw(taught, STREAMS.newTasks),
    },
    {
      name: "made-unseen-kinds",
      title: "Made: unseen kinds",
      description: `Kinds that were held back: ${heldBack.map(({ title }) => title).join(", ")}.`,
      questions: draw(heldBack, STREAMS.unseenKinds),
    },
  ];
  return sets.filter(({ questions }) => questions.length > 0);
}

type Drawn = { kind: TaskKind; task: Task; asked: AskedTask; level: LevelName; key: string };

function drawTraining(options: RulesOptions): Drawn[] {
  const { taught } = splitKinds(options);
  const random = new Random(options.seed, STREAMS.training);
  return drawTasks(taught, options.count, options.level, random, new Set());
}

/** Tasks of the kinds in turn, none with a key of `taken`, none asked twice in the same words. */
function drawTasks(
  kinds: readonly TaskKind[],
  count: number,
  level: LevelChoice,
  random: Random,
  taken: ReadonlySet<string>,
): Drawn[] {
  let open = [...kinds];
  const seen = new Set<string>();
  const drawn: Drawn[] = [];
  while (open.length > 0 && drawn.length < count) {
    const usedUp = new Set<TaskKind>();
    for (const kind of open.slice(0, count - drawn.length)) {
      const next = drawNew(kind, level, random, seen, taken);
      if (next) drawn.push(next);
      else usedUp.add(kind);
    }
    open = open.filter((kind) => !usedUp.has(kind));
  }
  return random.shuffled(drawn);
}

function drawNew(
  kind: TaskKind,
  choice: LevelChoice,
  random: Random,
  seen: Set<string>,
  taken: ReadonlySet<string>,
): Drawn | null {
  for (let i = 0; i < MAX_MISSES; i++) {
    const level = choice === "mixed" ? random.pick(LEVEL_NAMES) : choice;
    const task = kind.generate(random, LEVELS[level]);
    const asked = ask(kind, task, random);
    const question = `${asked.instruction}\n${asked.input}`;
    const key = JSON.stringify([kind.id, task.text, task.gaps ?? {}]);
    if (seen.has(question) || taken.has(key)) continue;
    seen.add(question);
    return { kind, task, asked, level, key };
  }
  return null;
}

const LEVEL_NAMES: readonly LevelName[] = ["easy", "medium", "hard"];

function toQuestion({ kind, task, asked }: Drawn): EvaluationQuestion {
  const accepted = [task.answer, ...(task.also ?? [])];
  const { title, isCased } = kind;
  return { ...asked, accepted, kind: title, form: "", ...(isCased && { isCased }) };
}
