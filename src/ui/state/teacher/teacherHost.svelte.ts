import { toMark, type MadeRecord, type Task } from "@/teacher/record";
import { finishInPieces, type InPieces } from "@/data/inPieces";
import { toConversation } from "@/teacher/examine";
import { formatPlural } from "@/ui/format";
import type { AppState } from "../app.svelte";
import { TeacherState } from "../teacher.svelte";

/** The teacher with this page as its host. */
export function createTeacher(app: AppState, hubUrl: string): TeacherState {
  const teacher = new TeacherState({
    hubUrl,
    pageOrigin: location.origin,
    findDevice: () => app.device.summary?.backend ?? "wasm",
    readKnown: () => readKnown(app),
    add: (records, teacherName) => add(app, records, teacherName),
  });
  // Who has data wants more of its kind.
  if (hasTrainingData(app)) teacher.seeds = "data";
  return teacher;
}

const hasTrainingData = ({ data }: AppState): boolean => data.summary?.use === "training";

/** Through the export: nothing else gives whole records of any format. */
async function readKnown(app: AppState): Promise<Task[]> {
  if (!hasTrainingData(app)) return [];
  const { blob } = await app.trainer.exportRecords("alpaca", $state.snapshot(app.settings.config));
  return finishInPieces(readTasks(await blob.text()));
}

function* readTasks(text: string): InPieces<Task[]> {
  const tasks: Task[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const { instruction, input, output } = JSON.parse(line) as Task;
    tasks.push({ instruction, input, output });
    yield;
  }
  return tasks;
}

async function add(
  app: AppState,
  records: readonly MadeRecord[],
  teacherName: string,
): Promise<boolean> {
  if (hasTrainingData(app)) {
    const conversations = records.map((record) => ({
      ...toConversation(record),
      made: toMark(record, teacherName),
    }));
    const label = `Add ${formatPlural(records.length, "record")} of ${teacherName}`;
    return app.editData({ kind: "add", conversations }, label);
  }
  const lines = records.map((record) => {
    const { instruction, input, output } = record;
    return JSON.stringify({ instruction, input, output, made: toMark(record, teacherName) });
  });
  await app.readData({ kind: "text", name: `Made by ${teacherName}`, text: lines.join("\n") });
  return app.data.status.kind === "ready";
}
