export function condense(sets: unknown[]): {
  name: string;
  count: number;
  byKind: Record<string, { count: number; base: number; tuned: number }>;
  samples: unknown[];
}[];
export function countSentences(text: string): number;
export function mean(values: number[]): number;
export function toMarkdown(result: unknown): string;
