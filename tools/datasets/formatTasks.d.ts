export const NEUTRAL_WORDS: string[];
export const NEUTRAL_SENTENCES: string[];
