import { leaveOut, perSample, type Check } from "../check";

export const NO_ANSWER: Check = {
  id: "no-answer",
  title: "Nothing to learn",
  why: "Only answers are learned, so a record without one costs time and teaches nothing.",
  severity: "mend",
  advice: "",
  find: perSample(({ conversation: { messages }, turns }) => {
    if (turns.length > 0) return null;
    const hasAnswer = messages.some(({ role }) => role === "assistant");
    return hasAnswer ? "Every answer is marked as not learned." : "There is no assistant turn.";
  }),
  remedy: leaveOut,
};
