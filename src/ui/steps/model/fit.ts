import { formatBytes } from "@/ui/format";

/** Above this share of the budget a run may still work, but other tabs can break it. */
const TIGHT_SHARE = 0.8;

export type Fit = "fits" | "tight" | "too-large";

export function toFit(needBytes: number, budgetBytes: number): Fit {
  if (needBytes > budgetBytes) return "too-large";
  return needBytes > TIGHT_SHARE * budgetBytes ? "tight" : "fits";
}

/** Says plainly whether tuning fits on this device. */
export function toFitSentence(needBytes: number, budgetBytes: number): string {
  const need = `Tuning needs about ${formatBytes(needBytes)}`;
  const budget = `this device gives about ${formatBytes(budgetBytes)}`;
  switch (toFit(needBytes, budgetBytes)) {
    case "fits":
      return `${need}; ${budget}. It fits.`;
    case "tight":
      return `${need}; ${budget}. It is tight: close other heavy tabs first.`;
    case "too-large":
      return `${need}, but ${budget}. It will probably not fit.`;
  }
}
