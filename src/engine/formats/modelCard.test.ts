import { describe, expect, test } from "vitest";
import { defaultRunConfig } from "@/core/runConfig";
import { codeSpan, escapeMarkdown, yamlString } from "./markdown";
import { writeModelCard, type CardFacts } from "./modelCard";

const facts: CardFacts = {
  name: "my tune",
  baseModelName: "EleutherAI/pythia-14m",
  revision: "main",
  kind: "adapter",
  config: defaultRunConfig(null),
  templateTitle: "Alpaca",
  dataName: "faq.csv",
  trainCount: 90,
  heldOutCount: 10,
  steps: 60,
  trainLoss: 1.23456,
  evalLoss: null,
  promptExample: "### Instruction:\n{instruction}\n\n### Response:\n",
  date: "2025-06-01",
};

test("a card says base, method, data, losses, steps and prompt", () => {
  const card = writeModelCard(facts);
  expect(card).toMatch(/^---\nbase_model: "EleutherAI\/pythia-14m"\nlibrary_name: peft\n/);
  for (const words of [
    "# my tune",
    "| Base model | `EleutherAI/pythia-14m` at `main` |",
    "LoRA (rank 16, alpha 32, all linear layers)",
    "`faq.csv`: 90 examples trained on",
    "| Training loss | 1.2346 nats per token |",
    "| Held-out loss | not measured |",
    "| Template | Alpaca |",
    "| Steps | 60 |",
    "```\n### Instruction:\n{instruction}\n",
    "2025-06-01",
  ]) {
    expect(card).toContain(words);
  }
});

test("full tuning of a bundled model links to no repository", () => {
  const config = defaultRunConfig(null, "full");
  const card = writeModelCard({
    ...facts,
    kind: "model",
    config,
    baseModelName: "tabtune-base",
    revision: "",
  });
  expect(card).not.toContain("base_model:");
  expect(card).not.toContain("lora");
  expect(card).toContain("library_name: transformers");
  expect(card).toContain("| Base model | `tabtune-base` |");
  expect(card).toContain("full fine-tuning");
});

describe("names that people chose", () => {
  const nasty =
    '---\nlicense: mit\n# Big <script>alert(1)</script> | [x](javascript:x) `code` "quoted" ```';

  test("cannot add YAML, headings, HTML, links or cells", () => {
    const card = writeModelCard({
      ...facts,
      name: nasty,
      dataName: nasty,
      baseModelName: nasty,
      promptExample: "```\n# not a heading\n````",
    });
    const lines = card.split("\n");
    expect(lines.filter((line) => line === "---")).toHaveLength(2);
    expect(lines.some((line) => line.startsWith("license:"))).toBe(false);
    expect(card).not.toContain("base_model:");
    expect(lines.filter((line) => line.startsWith("# "))).toHaveLength(2);
    expect(lines.find((line) => line.startsWith("# "))).not.toMatch(/(?<!\\)[<[|`]/);
    const dataRow = lines.find((line) => line.startsWith("| Data ")) ?? "";
    // Four bars of the row itself, and none more that is not escaped.
    expect(dataRow.match(/(?<!\\)\|/g)).toHaveLength(3);
    // The fence of the prompt is longer than any inside.
    expect(card).toContain("`````\n```\n# not a heading\n````\n`````");
  });

  test("are escaped for each place", () => {
    expect(escapeMarkdown("a*b_c <i> [x] | #1\nnext")).toBe(
      "a\\*b\\_c \\<i\\> \\[x\\] \\| \\#1 next",
    );
    expect(codeSpan("a`b")).toBe("`` a`b ``");
    expect(codeSpan("")).toBe("–");
    expect(yamlString('say "hi": \\ \u0007')).toBe('"say \\"hi\\": \\\\"');
  });
});
