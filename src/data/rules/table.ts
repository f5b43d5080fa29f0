/** The kinds of tasks as one table. A new kind is a new row of one of its lists. */
import type { TaskKind } from "./kind";
import { CASING_KINDS } from "./kinds/casing";
import { DATE_KINDS } from "./kinds/dates";
import { FINDING_KINDS } from "./kinds/finding";
import { FORM_KINDS } from "./kinds/forms";
import { JSON_KINDS } from "./kinds/json";
import { LIST_KINDS } from "./kinds/lists";
import { NUMBER_KINDS } from "./kinds/numbers";
import { REWRITING_KINDS } from "./kinds/rewriting";
import { SORTING_KINDS } from "./kinds/sorting";
import { TELLING_KINDS } from "./kinds/telling";
import { WORD_KINDS } from "./kinds/words";

export const KINDS: readonly TaskKind[] = [
  ...WORD_KINDS,
  ...LIST_KINDS,
  ...NUMBER_KINDS,
  ...DATE_KINDS,
  ...SORTING_KINDS,
  ...CASING_KINDS,
  ...FORM_KINDS,
  ...FINDING_KINDS,
  ...TELLING_KINDS,
  ...REWRITING_KINDS,
  ...JSON_KINDS,
];
