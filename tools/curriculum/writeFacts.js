// Writes facts.jsonl, one fact a line, for the Python tools. Run: node tools/curriculum/writeFacts.js
import { writeFileSync } from "node:fs";
import { FACTS } from "./facts.js";

const lines = FACTS.map((fact) => JSON.stringify(fact));
writeFileSync(new URL("facts.jsonl", import.meta.url), `${lines.join("\n")}\n`);
console.log(`${lines.length} facts, ${FACTS.filter((f) => f.part === "unseen").length} unseen`);
