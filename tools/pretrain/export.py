"""Writes a checkpoint in Hugging Face layout, float16, with tokenizer, chat template and model card.

Run: python3 export.py --out public/models/tabtune-base [--checkpoint ~/tabtune-pretrain/checkpoint.pt]
"""

import argparse
import json
import shutil
import struct
from pathlib import Path

import torch
from tokenizers import Tokenizer

from evaluate import evaluate
from neox import load_checkpoint
from sources import CORPUS, END_OF_TEXT, END_OF_TEXT_ID, PADDING, PADDING_ID, REPOSITORY, SOURCES, TOKENIZER_FILE, WORK

# Short, with no preamble: a small model pays for every token. PROMPT in eval_tuning.py is one turn of it.
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'system' -%}{{ message['content'] + '\n\n' }}"
    "{%- elif message['role'] == 'user' -%}{{ '### Instruction:\n' + message['content'] + '\n\n### Response:\n' }}"
    "{%- elif message['role'] == 'assistant' -%}{{ message['content'] + eos_token }}"
    "{%- if not loop.last -%}{{ '\n\n' }}{%- endif -%}{%- endif -%}{%- endfor -%}"
)


def model_config(config):
    return {
        "architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox",
        "hidden_size": config.hidden_size, "num_hidden_layers": config.num_hidden_layers, "num_attention_heads": config.num_attention_heads,
        "intermediate_size": config.intermediate_size, "vocab_size": config.vocab_size, "max_position_embeddings": config.max_position_embeddings,
        "rotary_pct": config.rotary_pct, "rotary_emb_base": int(config.rotary_emb_base), "use_parallel_residual": True, "hidden_act": "gelu",
        "layer_norm_eps": config.layer_norm_eps, "attention_bias": True, "attention_dropout": 0.0, "hidden_dropout": 0.0,
        "initializer_range": config.initializer_range, "tie_word_embeddings": False,
        "bos_token_id": END_OF_TEXT_ID, "eos_token_id": END_OF_TEXT_ID, "torch_dtype": "float16", "use_cache": True,
    }


def tokenizer_config(config):
    return {"tokenizer_class": "GPTNeoXTokenizer", "bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT, "unk_token": END_OF_TEXT, "pad_token": PADDING,
            "add_prefix_space": False, "clean_up_tokenization_spaces": False, "model_max_length": config.max_position_embeddings, "chat_template": CHAT_TEMPLATE}


def write_safetensors(path, tensors):
    """float16, names sorted; the format is a JSON header with offsets and then the bytes."""
    header, chunks, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        data = tensors[name].to(torch.float16).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(chunks)


def tuning_results():
    """A section of the card from what `npm run demo-metrics` measured with the model that was there before; empty without it."""
    path = REPOSITORY / "docs" / "demo-metrics.json"
    if not path.exists():
        return ""
    seeds = json.loads(path.read_text(encoding="utf-8"))["seeds"]
    sets = {part["name"]: part for part in seeds[0]["sets"]}
    mean = lambda name, key: sum(part["totals"]["tuned"][key] / part["totals"]["tuned"]["count"] for seed in seeds for part in seed["sets"] if part["name"] == name) / len(seeds)
    rows = "\n".join(f"| {title} | {mean(name, 'right'):.1%} | {mean(name, 'ended'):.1%} |" for name, title in (
        ("unseen-facts", "facts it has read and was never asked"), ("unseen-phrasings", "facts asked in other words"), ("unseen-kinds", "kinds of task it was never given")))
    assert all(part["totals"]["base"] is None or part["totals"]["base"]["right"] == 0 for part in sets.values())
    return f"""## What tuning makes of it

LoRA with all defaults of the page on First answers ({seeds[0]['run']['steps']} steps), mean of {len(seeds)} seeds. Before tuning it gets none of them right and never ends its answer.

| questions | right | ends its answer itself |
|---|---|---|
{rows}

Weak even then: what comes before or next, rhymes, continents, colors, months; stories that keep to their subject.

"""


def model_card(model, checkpoint, results):
    config = model.config
    sources = "\n".join(f"| {name} | {share:.0%} | {license} | {what} | {results['held_out_loss'].get(name, float('nan')):.2f} |"
                        for name, (_, share, license, what) in SOURCES.items())
    shown = "\n".join(f"- {json.dumps(prompt, ensure_ascii=False)} → {json.dumps(text, ensure_ascii=False)}" for prompt, text in results["samples"])
    return f"""# tabtune-base: a {model.num_parameters() / 1e6:.1f} M-parameter base model for a first minute of instruction tuning

GPT-NeoX, {config.hidden_size} wide, {config.num_hidden_layers} layers, {config.num_attention_heads} heads, vocabulary {config.vocab_size:,} (byte-level BPE, digits split), context
{config.max_position_embeddings}, rotary {config.rotary_pct:.0%}, float16. It was trained from nothing by `tools/pretrain/` on {checkpoint['tokens_seen'] / 1e6:.1f} M tokens
({checkpoint['step']:,} steps). It has never read an instruction: it goes on with a text and does not answer. Tuning teaches it to answer.

## What it has read

| source | share of tokens | license | what | held-out loss (nats a token) |
|---|---|---|---|---|
{sources}

The curriculum states about 1,550 simple facts (`tools/curriculum/`) in several plain phrasings, with copying patterns and tiny stories; it holds no
question and no instruction. Authors and licenses of the storybooks: [storybooks-credits.tsv](storybooks-credits.tsv).
Encyclopaedia text: Wikipedia, CC BY-SA 3.0. Graded news: OneStopEnglish corpus, CC BY-SA 4.0. Fairy tales: FairytaleQA. Sentences: Common Voice. Books: Project Gutenberg.

## What it can do

- Says two held-out words again, word for word, in a pattern it has read: {results['copy_accuracy']:.0%} of 100.
- Ends the sentence of a fact of the curriculum with its answer: {results['recall']:.0%} of 200 (it has read them all).

Samples, temperature 0.7, as they came:

{shown}

{tuning_results()}## Limits

It is about a ten-thousandth of the size of a good assistant. It knows the curriculum and little else, repeats itself, makes things up, and mirrors old books, their
prejudices included. It is for watching instruction tuning work, and for nothing else. English only.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=WORK / "checkpoint.pt")
    parser.add_argument("--work", type=Path, default=WORK, help="folder with tokens/, for the held-out loss")
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER_FILE)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    model, checkpoint = load_checkpoint(options.checkpoint)
    # What is measured is what ships: the rounded weights.
    model.load_state_dict({name: tensor.half().float() for name, tensor in model.state_dict().items()})
    results = evaluate(model, Tokenizer.from_file(str(options.tokenizer)), options.work)
    options.out.mkdir(parents=True, exist_ok=True)
    write_safetensors(options.out / "model.safetensors", model.state_dict())
    shutil.copyfile(options.tokenizer, options.out / "tokenizer.json")
    for name, content in (("config.json", model_config(model.config)), ("tokenizer_config.json", tokenizer_config(model.config)),
                          ("generation_config.json", {"bos_token_id": END_OF_TEXT_ID, "eos_token_id": END_OF_TEXT_ID, "pad_token_id": PADDING_ID})):
        (options.out / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    # CC BY asks for the names of the authors.
    shutil.copyfile(CORPUS / "storybooks_ccby_CREDITS.tsv", options.out / "storybooks-credits.tsv")
    (options.out / "README.md").write_text(model_card(model, checkpoint, results), encoding="utf-8")
    size = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{options.out}: {size / 1e6:.1f} MB; held-out loss {json.dumps({name: round(loss, 3) for name, loss in results['held_out_loss'].items()})}")
    if size > 16e6:
        raise SystemExit("more than 16 MB: choose a smaller model")


if __name__ == "__main__":
    main()
