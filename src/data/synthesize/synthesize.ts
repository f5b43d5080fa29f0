export type SynthesizeOptions = { kinds: string[]; count: number; seed: number };
