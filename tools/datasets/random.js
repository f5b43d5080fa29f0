/**
 * Seeded randomness of the data sets: a 32-bit linear congruential generator (constants of Numerical
 * Recipes), plain and the same everywhere, so that a script writes the same bytes again.
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const integer = (limit) => Math.floor(next() * limit);
  return {
    /** A number in [0, 1). */
    next,
    /** A whole number in [0, limit). */
    integer,
    pick: (items) => items[integer(items.length)],
    /** A new list with the items in random order (Fisher–Yates). */
    shuffled(items) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [out[i], out[j]] = [out[j], out[i]];
      }
      return out;
    },
    /** So many different items, in random order. */
    sample(items, count) {
      return this.shuffled(items).slice(0, count);
    },
  };
}
