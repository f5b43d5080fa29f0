import type { Check } from "../check";

/** What reading left out, each with the reason that reading gave. */
export const UNUSABLE: Check = {
  id: "unusable",
  title: "Records that cannot be used",
  why: "They are left out already: many of them may mean that the file was read in the wrong format.",
  severity: "look",
  advice: "Correct them in the file, or choose another format under “How it is read”.",
  *find({ problems }) {
    yield 0;
    return problems.map(({ line, reason }) => ({ id: null, line, what: reason }));
  },
  remedy: () => null,
};
