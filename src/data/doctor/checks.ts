/** All checks, in the order in which their findings are shown. A new one is a file and a row here. */
import type { Check } from "./check";
import { BROKEN_OFF } from "./checks/brokenOff";
import { CARELESS_ANSWERS } from "./checks/carelessAnswers";
import { CONTRADICTIONS } from "./checks/contradictions";
import { DUPLICATES } from "./checks/duplicates";
import { EMPTY_ANSWERS } from "./checks/emptyAnswers";
import { EVALUATION_LEAK } from "./checks/evaluationLeak";
import { HELD_OUT_LEAK } from "./checks/heldOutLeak";
import { NEAR_DUPLICATES } from "./checks/nearDuplicates";
import { NO_ANSWER } from "./checks/noAnswer";
import { ONE_CATEGORY } from "./checks/oneCategory";
import { OTHER_LANGUAGE } from "./checks/otherLanguage";
import { CUT_PROMPTS, TOO_LONG } from "./checks/overLength";
import { PERSONAL_DATA } from "./checks/personalData";
import { REFUSED } from "./checks/refusals";
import { REPEATED_PROMPTS } from "./checks/repeatedPrompts";
import { ROLE_ORDER } from "./checks/roleOrder";
import { SPOILED_LETTERS } from "./checks/spoiledLetters";
import { TEMPLATE_TEXT } from "./checks/templateText";
import { TOO_FEW } from "./checks/tooFew";
import { UNUSABLE } from "./checks/unusable";

export const CHECKS: readonly Check[] = [
  PERSONAL_DATA,
  EVALUATION_LEAK,
  DUPLICATES,
  NEAR_DUPLICATES,
  HELD_OUT_LEAK,
  CONTRADICTIONS,
  EMPTY_ANSWERS,
  CARELESS_ANSWERS,
  BROKEN_OFF,
  REFUSED,
  REPEATED_PROMPTS,
  TEMPLATE_TEXT,
  SPOILED_LETTERS,
  ROLE_ORDER,
  NO_ANSWER,
  TOO_LONG,
  CUT_PROMPTS,
  OTHER_LANGUAGE,
  ONE_CATEGORY,
  TOO_FEW,
  UNUSABLE,
];
