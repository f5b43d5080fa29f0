import { leaveOut, type Check } from "../check";
import { placeOf } from "../place";

export const NEAR_DUPLICATES: Check = {
  id: "near-duplicates",
  title: "Near-duplicates",
  why: "They teach nothing new, and one that is held out makes the held-out loss look better than it is.",
  severity: "mend",
  advice: "",
  *find({ twins }) {
    yield 0;
    return twins.near.map(({ copy, of, similarity }) => ({
      id: copy.id,
      line: copy.line,
      what:
        similarity === 1
          ? `The same words as ${placeOf(of)}.`
          : `${Math.floor(100 * similarity)} % the same as ${placeOf(of)}.`,
    }));
  },
  remedy: leaveOut,
};
