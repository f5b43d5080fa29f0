/** README.md of what we export: where it came from and how it was made, for people and for the Hub. */
import type { RunConfig } from "@/core/runConfig";
import { codeSpan, escapeMarkdown, tableCell, yamlString } from "./markdown";

export type CardFacts = {
  /** Title of the card. */
  name: string;
  /** Hugging Face id, or the name of a bundled or dropped model. */
  baseModelName: string;
  revision: string;
  kind: "adapter" | "model";
  config: RunConfig;
  /** "" for data that was text already. */
  templateTitle: string;
  dataName: string;
  trainCount: number;
  heldOutCount: number;
  steps: number;
  /** Nats per counted token; null where it was not measured. */
  trainLoss: number | null;
  evalLoss: number | null;
  /** The literal text around a prompt, with `{instruction}` where the prompt goes; "" = unknown. */
  promptExample: string;
  /** ISO day, such as 2025-06-01. */
  date: string;
};

const HUB_ID = /^[\w.-]+\/[\w.-]+$/;

/** Model card in Markdown with the Hub's YAML head. Names that people chose are escaped. */
export function writeModelCard(facts: CardFacts): string {
  const { config } = facts;
  const isLora = config.method === "lora";
  const method = isLora
    ? `LoRA (rank ${config.rank}, alpha ${config.alpha}${config.useRsLora ? ", rank-stabilized" : ""}, ${
        config.targetModules === "all-linear" ? "all linear layers" : "attention layers"
      })`
    : "full fine-tuning";
  const rows: [string, string][] = [
    ["Base model", describeBase(facts)],
    ["Method", method],
    ["Data", `${codeSpan(facts.dataName)}: ${facts.trainCount} examples trained on`],
    ["Held out", `${facts.heldOutCount} examples`],
    ["Template", facts.templateTitle || "none: the data was text already"],
    ["Steps", `${facts.steps}`],
    [
      "Batch",
      config.gradAccumSteps === 1
        ? `${config.microBatchSize} examples`
        : `${config.microBatchSize} × ${config.gradAccumSteps} examples`,
    ],
    ["Learning rate", `${config.learningRate}, ${config.schedule}, ${config.warmupSteps} warm-up`],
    ["Weight decay", `${config.weightDecay}`],
    ["Gradient clip", `${config.maxGradNorm}`],
    ["Longest example", `${config.maxSeqLen} tokens`],
    ["Seed", `${config.seed}`],
    ["Training loss", loss(facts.trainLoss)],
    ["Held-out loss", loss(facts.evalLoss)],
    ["Date", escapeMarkdown(facts.date)],
  ];
  return [
    ...yamlHead(facts),
    `# ${escapeMarkdown(facts.name)}`,
    "",
    facts.kind === "adapter"
      ? "A LoRA adapter in PEFT's layout, trained in a browser tab with TabTune."
      : "A language model, fine-tuned in a browser tab with TabTune.",
    "",
    "| | |",
    "|---|---|",
    ...rows.map(([label, value]) => `| ${label} | ${tableCell(value)} |`),
    "",
    ...promptSection(facts.promptExample),
    "The licenses of the base model and of the data apply to this one too.",
    "",
  ].join("\n");
}

function yamlHead({ baseModelName, kind, config }: CardFacts): string[] {
  return [
    "---",
    // Only an id is a link on the Hub; anything else makes it refuse the card.
    ...(HUB_ID.test(baseModelName) ? [`base_model: ${yamlString(baseModelName)}`] : []),
    `library_name: ${kind === "adapter" ? "peft" : "transformers"}`,
    "pipeline_tag: text-generation",
    "tags:",
    "  - tabtune",
    ...(config.method === "lora" ? ["  - lora"] : []),
    "---",
    "",
  ];
}

function describeBase({ baseModelName, revision }: CardFacts): string {
  const name = codeSpan(baseModelName);
  return revision === "" ? name : `${name} at ${codeSpan(revision)}`;
}

function loss(value: number | null): string {
  return value === null ? "not measured" : `${value.toFixed(4)} nats per token`;
}

function promptSection(example: string): string[] {
  if (example === "") return [];
  // A fence longer than any run of backticks or tildes inside.
  const longest = Math.max(2, ...[...example.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return ["## Prompt", "", "Ask it in the words it was trained with:", "", fence]
    .concat(example.split("\n"))
    .concat([fence, ""]);
}
