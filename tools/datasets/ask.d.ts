import type { Fact } from "../curriculum/facts.js";

export const QUESTIONS: Record<string, { asked: string[]; heldOut: string[] }>;
export const GROUP_NAMES: string[];
export const ASKED: Fact[];
export const UNSEEN: Fact[];
export function ask(template: string, fact: Fact): string;
export function holds(text: string, words: string): boolean;
export function givesAway(text: string): Fact[];
export function formOf(fact: Fact): string;
export function withAnswerOf(fact: Fact, other: Fact): string;
