import { beforeAll, describe, expect, it } from "vitest";
import { FORMATS } from "../columns";
import { readDataFile } from "../dataFile";
import { describeShared, readProjectBytes, readSharedBytes } from "../testing/files";

// Loaded on demand, which takes seconds on a busy machine.
beforeAll(async () => {
  await Promise.all([import("../parse/table"), import("fflate")]);
}, 60_000);

describe("a file of every format", () => {
  it.each([
    ["alpaca.jsonl", "alpaca", 2, 0],
    ["dolly.jsonl", "dolly", 2, 0],
    ["sharegpt.json", "sharegpt", 2, 0],
    ["messages.jsonl", "messages", 1, 1],
    ["tools.jsonl", "messages", 1, 0],
    ["prompt-completion.jsonl", "prompt-completion", 1, 0],
    ["question-answer.jsonl", "question-answer", 2, 0],
    ["open-orca.jsonl", "open-orca", 2, 0],
    ["evol-instruct.json", "alpaca", 1, 0],
    ["evol-instruct-v2.json", "sharegpt", 1, 0],
    ["flan.jsonl", "flan", 2, 0],
    ["flan-cot.tsv", "chain-of-thought", 2, 0],
    ["self-instruct.jsonl", "self-instruct", 2, 0],
    ["oasst-trees.jsonl", "oasst-trees", 2, 0],
    ["oasst-threads.jsonl", "oasst-threads", 1, 0],
    ["oasst-messages.jsonl", "oasst-messages", 2, 1],
    ["hh.jsonl", "preference", 1, 0],
    ["dpo.jsonl", "preference", 3, 0],
    ["dpo-sharegpt.json", "preference", 1, 0],
    ["together.jsonl", "preference", 1, 0],
    ["critique.jsonl", "critique-revision", 1, 0],
    ["kto.jsonl", "kto", 1, 1],
    ["chatgpt.json", "chatgpt", 1, 0],
    ["support.csv", "chat-log", 2, 0],
    ["support.txt", "chat-log", 2, 0],
    ["faq.csv", "question-answer", 2, 0],
    ["faq.md", "headings", 3, 0],
    ["ifeval.jsonl", "prompts", 1, 0],
    ["mt-bench.jsonl", "prompts", 1, 0],
    ["wizardlm-test.jsonl", "prompts", 1, 0],
    ["segments.jsonl", "segments", 1, 0],
    ["text.jsonl", "text", 2, 0],
    ["prose.txt", "text", 2, 0],
  ])("%s is read as %s", async (file, format, usable, unusable) => {
    const dataset = await readDataFile(file, readProjectBytes(`fixtures/data/formats/${file}`));
    expect(dataset.mapping.format).toBe(format);
    expect(dataset.conversations).toHaveLength(usable);
    expect(dataset.problems).toHaveLength(unusable);
    expect(dataset.use).toBe(FORMATS.find(({ id }) => id === format)?.use);
    const isAnswered = dataset.use === "training";
    for (const { messages } of dataset.conversations) {
      expect(messages.at(-1)?.role).toBe(isAnswered ? "assistant" : "user");
    }
  });
});

describeShared("real files", () => {
  it.each([
    ["alpaca_en_demo.json", "alpaca", 999, 0],
    ["dolly_12.json", "dolly", 12, 0],
    ["dpo_en_demo.json", "preference", 300, 0],
    ["faq_covid.csv", "question-answer", 213, 0],
    ["flan_cot_creak_1500.tsv", "chain-of-thought", 1500, 0],
    ["identity.json", "alpaca", 91, 0],
    ["ifeval_prompts.jsonl", "prompts", 541, 0],
    ["instruction_data_1100.json", "alpaca", 1100, 0],
    // Six questions or answers of this file are empty.
    ["lamini_docs.jsonl", "question-answer", 1394, 6],
    // 100 trees; the number of paths was counted by an independent script.
    ["oasst_100_trees.jsonl", "oasst-trees", 546, 0],
    ["openai_messages_demo.jsonl", "messages", 500, 0],
    ["self_instruct_seed_tasks.jsonl", "self-instruct", 175, 0],
    ["sharegpt_dummy.json", "sharegpt", 500, 0],
    // Talks and unanswered ones, counted by an independent script.
    ["slack_export.zip", "slack", 2, 21],
  ])("%s is read as %s", async (file, format, usable, unusable) => {
    const dataset = await readDataFile(file, readSharedBytes(`datasets/${file}`));
    expect(dataset.mapping.format).toBe(format);
    expect(dataset.conversations).toHaveLength(usable);
    expect(dataset.problems).toHaveLength(unusable);
  });
});
