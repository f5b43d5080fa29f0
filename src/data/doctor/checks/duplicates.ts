import { leaveOut, type Check } from "../check";
import { placeOf } from "../place";

export const DUPLICATES: Check = {
  id: "duplicates",
  title: "Exact duplicates",
  why: "A record that stands there twice counts twice, and pulls the model towards it.",
  severity: "mend",
  advice: "",
  *find({ twins }) {
    yield 0;
    return twins.exact.map(({ copy, of }) => ({
      id: copy.id,
      line: copy.line,
      what: `The same as ${placeOf(of)}.`,
    }));
  },
  remedy: leaveOut,
};
