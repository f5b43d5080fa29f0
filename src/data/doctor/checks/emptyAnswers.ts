import { leaveOut, perAnswer, type Check } from "../check";

export const EMPTY_ANSWERS: Check = {
  id: "empty-answers",
  title: "Empty answers",
  why: "The model learns to end its answer before it has said anything.",
  severity: "mend",
  advice: "",
  find: perAnswer((answer) => (answer.trim() === "" ? "The answer is empty." : null)),
  remedy: leaveOut,
};
