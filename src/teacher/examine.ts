/** The data doctor's checks for one record that is not in the data yet. */
import type { Conversation } from "@/data/conversation";
import { examine } from "@/data/doctor/examine";
import { NO_LINE } from "@/data/edits/edits";
import { finish } from "@/data/inPieces";
import type { Task } from "./record";

/**
 * The first fault that the doctor finds in this record alone, as a sentence; null when there is none.
 * What it says of a set as a whole, or only asks to look at, does not count.
 */
export function examineTask(task: Task): string | null {
  const records = [{ id: 0, conversation: toConversation(task) }];
  const input = { records, problems: [], evaluation: [], encoding: null };
  const { findings } = finish(examine(input));
  for (const { severity, title, records } of findings) {
    const found = records.find(({ id }) => id === 0);
    if (severity === "mend" && found) return `${title}: ${found.what}`;
  }
  return null;
}

/** A task as a record of the data. */
export function toConversation({ instruction, input, output }: Task): Conversation {
  return {
    line: NO_LINE,
    messages: [
      { role: "user", content: instruction, ...(input === "" ? {} : { input }) },
      { role: "assistant", content: output },
    ],
    isRaw: false,
  };
}
