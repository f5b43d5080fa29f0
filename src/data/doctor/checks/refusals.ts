import { leaveOut, perAnswer, type Check } from "../check";
import { quote } from "../text";

/** Said in most refusals, and in honest introductions: it takes a denial behind it. */
const SPEAKS_AS_AI =
  /\b(?:as|i(?:['’]m| am)) an? (?:ai|artificial intelligence|(?:large )?language model)\b/gi;
const DENIES =
  /\b(?:not|no(?! problem)|never|cannot|unable|lack|lacks|incapable|beyond my)\b|n['’]t\b|\bonly (?:able|a tool)\b/i;
/** Characters behind "as an AI" in which a denial belongs to it. */
const REACH = 160;

/** How big assistants refuse. English. */
const REFUSALS = new RegExp(
  [
    String.raw`\b(?:i(?:['’]m| am) )?(?:very )?sorry,? (?:but )?(?:i|as an)\b.{0,20}(?:can(?:no|['’])t|cannot|unable|not able|won['’]t)`,
    String.raw`\bi apologi[sz]e,? but\b|\bi(?:['’]m| am) (?:only|just) an? (?:ai|language model)\b`,
    String.raw`\bi (?:can(?:not|['’]t)|am (?:unable|not able) to|['’]m (?:unable|not able) to) (?:assist|help(?! but\b)|fulfill|comply|provide|answer|complete|engage|browse|generate)\b`,
    String.raw`\bmy (?:knowledge|training data)(?: cutoff)? (?:ends|ended|is|was|stops|only goes)\b|\bknowledge cut-?off\b`,
    String.raw`\bi (?:do not|don['’]t) have (?:personal (?:opinions?|preferences?|experiences?|feelings?|beliefs?|emotions?|information)|access to (?:real|the internet|current|live|external|th(?:at|is|e) information|your|personal))`,
    String.raw`\b(?:i|model)\b.{0,60}\b(?:trained|developed|created|made) by (?:openai|anthropic|google|meta)\b`,
    String.raw`\bopenai['’]s (?:content|use|usage) polic`,
  ].join("|"),
  "i",
);

export const REFUSED: Check = {
  id: "refusals",
  title: "Refusals copied from a big assistant",
  why: "A few of them are enough for the model to refuse what it knows.",
  severity: "mend",
  advice: "",
  find: perAnswer((answer) => (refuses(answer.slice(0, READ)) ? quote(answer) : null)),
  remedy: leaveOut,
};

const READ = 2000;

function refuses(text: string): boolean {
  if (REFUSALS.test(text)) return true;
  return [...text.matchAll(SPEAKS_AS_AI)].some(({ 0: said, index }) => {
    const end = index + said.length;
    return DENIES.test(text.slice(end, end + REACH));
  });
}
