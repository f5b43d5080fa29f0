import type { Conversation } from "@/data/conversation";
import { mendWith, perSample, type Check } from "../check";
import { mapTexts, textsOf } from "../sample";

/** Kinds of personal data, each with what is written in its place. Every repetition has an end, so that no text takes long. */
const KINDS: { name: string; mask: string; pattern: RegExp }[] = [
  {
    name: "a private key",
    mask: "[key]",
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  },
  {
    name: "an access key",
    mask: "[key]",
    pattern:
      /(?<![\w-])(?:sk-[\w-]{20,200}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,255}|github_pat_\w{22,255}|hf_[A-Za-z0-9]{30,60}|xox[abprs]-[\w-]{10,200}|AIza[\w-]{35}|eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000})(?![\w-])/g,
  },
  {
    name: "an e-mail address",
    mask: "[e-mail]",
    pattern: /(?<![\w.+-])[\w.%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu,
  },
  {
    name: "a telephone number",
    mask: "[phone]",
    pattern:
      /(?<![\w.+-])(?:\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}|(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\d{3}-\d{4})(?![\w-]|[.,]\d)/g,
  },
];
/** Digits of an international number; fewer are a sum such as "+3 5 2". */
const FEWEST_DIGITS = 7;

export const PERSONAL_DATA: Check = {
  id: "personal-data",
  title: "Addresses, telephone numbers and keys",
  why: "A model can say again, to anybody, what it has learned about a person.",
  severity: "mend",
  advice: "",
  find: perSample(({ conversation }) => {
    const kinds = new Map<string, string>();
    for (const { text } of textsOf(conversation)) {
      for (const { name, pattern } of KINDS) {
        for (const { 0: hit, index } of text.matchAll(pattern)) {
          if (!kinds.has(name) && isMeant(hit, text, index)) kinds.set(name, hit);
        }
      }
    }
    if (kinds.size === 0) return null;
    return `It holds ${[...kinds].map(([name, hit]) => `${name} (${shorten(hit)})`).join(" and ")}.`;
  }),
  remedy: mendWith("Mask them", maskPersonalData),
};

/** "700-1000" is a range where nobody speaks of telephones. */
const LOCAL_NUMBER = /^\d{3}-\d{4}$/;
const SPEAKS_OF_CALLING =
  /\b(?:call|phone|telephone|tel|mobile|cell|dial|fax|text|ring|rings|contact|number|hotline|reach)\b/i;
const CLUE_REACH = 80;

function isMeant(hit: string, text: string, at: number): boolean {
  if (!/^[+(\d]/.test(hit) || hit.includes("@")) return true;
  if ((hit.match(/\d/g)?.length ?? 0) < FEWEST_DIGITS) return false;
  if (!LOCAL_NUMBER.test(hit)) return true;
  return SPEAKS_OF_CALLING.test(text.slice(Math.max(0, at - CLUE_REACH), at));
}

/** Enough to find it, not enough to use it. */
const shorten = (hit: string): string => (hit.length > 24 ? `${hit.slice(0, 12)}…` : hit);

/** Every address, number and key replaced by what it is, such as "[e-mail]". */
export function maskPersonalData(conversation: Conversation): Conversation {
  return mapTexts(conversation, (text) =>
    KINDS.reduce(
      (masked, { pattern, mask }) =>
        masked.replace(pattern, (hit, at: number) => (isMeant(hit, masked, at) ? mask : hit)),
      text,
    ),
  );
}
