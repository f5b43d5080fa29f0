// Writes every data set and index.json into datasets/, or into another folder that is given.
// Same scripts, same bytes. Run: node tools/datasets/make.js [folder]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GENERATORS, toLines, writeIndex } from "./index.js";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../datasets/", import.meta.url));
const sets = GENERATORS.map(({ entry, make }) => ({ entry, records: make() }));
for (const { entry, records } of sets) {
  writeFileSync(join(folder, entry.file), toLines(records));
  console.log(`${entry.file}: ${records.length} records`);
}
writeFileSync(join(folder, "index.json"), await writeIndex(sets));
