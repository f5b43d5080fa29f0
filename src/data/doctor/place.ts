import type { Sample } from "./sample";

/** Where a record stands, as it is said in a sentence. What was written by hand has no line. */
export const placeOf = ({ line }: Sample): string =>
  line > 0 ? `line ${line.toLocaleString("en-US")}` : "a record written by hand";
