import type { Conversation } from "@/data/conversation";
import { mendWith, perSample, type Check } from "../check";
import { mapTexts, textsOf } from "../sample";
import { quote } from "../text";

/** Marks that only templates write. */
const MARKS =
  /<\|[a-z_]{2,30}\|>|<\/?s>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_turn>|^### ?(?:Instruction|Response|Input|Human|Assistant|User|System) ?:?[ \t]*$|^### ?(?:Human|Assistant|User) ?:|^Below is an instruction that describes a task\b/im;
const ALL_MARKS = new RegExp(MARKS.source, "gim");
/** In answers also the names of speakers: a prompt may well hold a dialogue. */
const SPEAKER = /^(?:human|assistant|user|ai|bot) ?:/im;
const LEADING = /^\s*(?:### ?(?:response|assistant) ?:?|(?:assistant|ai|bot) ?:)\s*/i;
/** Where a template would go on with the next prompt. */
const NEXT_PROMPT = /^(?:### ?(?:instruction|input|human|user) ?:?|(?:human|user) ?:)[^]*/im;

export const TEMPLATE_TEXT: Check = {
  id: "template-text",
  title: "Template text inside the data",
  why: "The template is put around every record anyway; marks inside an answer are learned as words to say.",
  severity: "mend",
  advice: "",
  find: perSample(({ conversation }) => {
    if (conversation.isRaw) return null;
    for (const { text, message } of textsOf(conversation)) {
      const mark = MARKS.exec(text) ?? (message.role === "assistant" ? SPEAKER.exec(text) : null);
      if (mark) return `${quote(mark[0])} in ${quote(text)}.`;
    }
    return null;
  }),
  remedy: mendWith("Take the marks out", withoutMarks),
};

function withoutMarks(conversation: Conversation): Conversation {
  return mapTexts(conversation, (text, { role }) =>
    role === "assistant" ? stripMarks(text) : text.replace(ALL_MARKS, "").trim(),
  );
}

/** The answer without marks, and without the next prompt that was written behind it. */
export function stripMarks(answer: string): string {
  if (!MARKS.test(answer) && !SPEAKER.test(answer)) return answer;
  return answer.replace(LEADING, "").replace(NEXT_PROMPT, "").replace(ALL_MARKS, "").trim();
}
