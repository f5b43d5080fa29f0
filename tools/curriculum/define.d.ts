export function withArticle(word: string): string;
export function numberWord(value: number): string;
export function normalizeAnswer(text: string): string;
