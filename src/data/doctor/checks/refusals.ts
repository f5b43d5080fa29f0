import { leaveOut, perAnswer, type Check } from "../check";
import { quote } from "../text";

/** How big assistants refuse, or speak of themselves where nobody asked. English. */
const REFUSALS =
  /\b(?:as|i(?:['’]m| am)(?: only| just)?) an? (?:ai|artificial intelligence|(?:large )?language model)\b|\b(?:i(?:['’]m| am) )?(?:very )?sorry,? (?:but )?(?:i|as an)\b.{0,20}(?:can(?:no|['’])t|cannot|unable|not able|won['’]t)|\bi apologi[sz]e,? but\b|\bi (?:can(?:not|['’]t)|am (?:unable|not able) to|['’]m (?:unable|not able) to) (?:assist|help|fulfill|comply|provide|answer|complete|engage|browse|generate)\b|\bmy (?:knowledge|training data)(?: cutoff)? (?:ends|ended|is|was|stops|only goes)\b|\bknowledge cut-?off\b|\bi (?:do not|don['’]t) have (?:personal|access to)\b|\b(?:trained|developed|created) by (?:openai|anthropic|google|meta)\b|\bopenai['’]s (?:content|use|usage) polic/i;

export const REFUSED: Check = {
  id: "refusals",
  title: "Refusals copied from a big assistant",
  why: "A few of them are enough for the model to refuse what it knows.",
  severity: "mend",
  advice: "",
  find: perAnswer((answer) => (REFUSALS.test(answer.slice(0, 2000)) ? quote(answer) : null)),
  remedy: leaveOut,
};
