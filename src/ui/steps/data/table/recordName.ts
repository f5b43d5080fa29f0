import { formatCount } from "@/ui/format";

/** A record as a person calls it: "line 1,204", or "the added record" where it is in no file. */
export function toRecordName(line: number): string {
  return line === 0 ? "the added record" : `line ${formatCount(line)}`;
}
