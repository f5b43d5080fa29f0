/** What records are told apart by when the most different ones are chosen: words of the prompt, and pairs of them. */
import type { Sample } from "../sample";
import { toWords } from "../text";

/** Features by record at most: those with the least hashes, so that two records keep the same of what they share. */
const MOST = 64;
const BITS = 22;
export const FEATURE_COUNT = 2 ** BITS;

/** Distinct numbers below `FEATURE_COUNT`. Without a prompt the answer speaks for the record. */
export function toFeatures({ question, answer }: Sample): Int32Array {
  const words = toWords(question === "" ? answer : question);
  const found = new Set<number>();
  let before = "";
  for (const word of words) {
    found.add(hash(word));
    if (before !== "") found.add(hash(`${before} ${word}`));
    before = word;
  }
  const all = Int32Array.from(found).sort();
  return all.length <= MOST ? all : all.slice(0, MOST);
}

function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> (32 - BITS);
}

/** 1 − |A ∩ B| / |A ∪ B| of two sorted lists; 1 where both are empty. */
export function distance(a: Int32Array, b: Int32Array): number {
  let both = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const order = a[i]! - b[j]!;
    if (order === 0) both++;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  const either = a.length + b.length - both;
  return either === 0 ? 1 : 1 - both / either;
}
