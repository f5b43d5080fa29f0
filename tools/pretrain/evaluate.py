"""What a base model has learned: held-out loss per source, copying, recall of facts in plain statements, samples.

Run: python3 evaluate.py [--checkpoint ~/tabtune-pretrain/checkpoint.pt]
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from make_curriculum import NAMES, load_facts
from neox import generate, load_checkpoint
from sources import END_OF_TEXT_ID, SOURCES, TOKENIZER_FILE, WORK

SAMPLE_PROMPTS = ["Once upon a time", "The capital of Norway is", "A baby goat is called", "One day, a little dog", "The sun",
                  "In the morning the children", "### Instruction:\nWhat is the capital of Norway?\n\n### Response:\n"]
ROWS = 48
ROW_LEN = 256


@torch.no_grad()
def held_out_losses(model, work):
    """Nats per token on each source's held-out documents: up to ROWS rows, spread evenly."""
    losses = {}
    for name in SOURCES:
        path = Path(work) / "tokens" / f"{name}.heldout.npy"
        if not path.exists():
            continue
        tokens = np.load(path).astype(np.int64)
        count = min(ROWS, (len(tokens) - 1) // ROW_LEN)
        if count == 0:
            continue
        starts = np.linspace(0, len(tokens) - ROW_LEN - 1, count).astype(int)
        rows = torch.from_numpy(np.stack([tokens[start : start + ROW_LEN + 1] for start in starts]))
        parts = [F.cross_entropy(model(part[:, :-1]).float().flatten(0, 1), part[:, 1:].flatten()).item() * len(part) for part in rows.split(8)]
        losses[name] = sum(parts) / count
    return losses


def copy_accuracy(model, tokenizer, work, count=100, seed=3):
    """Share of held-out words and word pairs that the model says again, word for word, in a pattern it has read."""
    rng = random.Random(seed)
    tokens = np.load(Path(work) / "tokens" / "common_voice.heldout.npy")
    words = sorted({word for word in tokenizer.decode(tokens.tolist()).replace("\n", " ").split() if word.isalpha() and word.islower() and len(word) > 3})
    right = 0
    for _ in range(count):
        name, other = rng.sample(NAMES, 2)
        wanted = " ".join(rng.sample(words, 2))
        prompt = f"{name} wrote: \"{wanted}\" {other} read it again: \""
        prompt_ids = tokenizer.encode(prompt).ids
        ids = tokenizer.encode(prompt + wanted).ids[len(prompt_ids) :]
        right += generate(model, prompt_ids, len(ids), END_OF_TEXT_ID)[0] == ids
    return right / count


def recall(model, tokenizer, count=200, seed=4):
    """Share of facts whose answer follows the start of their sentence (where the answer ends it)."""
    rng = random.Random(seed)
    facts = [fact for fact in load_facts() if fact["sentence"].endswith(f" {fact['answer']}.")]
    right = 0
    for fact in rng.sample(facts, count):
        start = fact["sentence"][: -len(fact["answer"]) - 2]
        start_ids, whole_ids = tokenizer.encode(start).ids, tokenizer.encode(fact["sentence"]).ids
        wanted = whole_ids[len(start_ids) :]
        right += generate(model, start_ids, len(wanted), END_OF_TEXT_ID)[0] == wanted
    return right / count


def samples(model, tokenizer, max_new_tokens=60):
    """Sampled continuations (temperature 0.7, seeded), good and bad as they come."""
    texts = []
    for i, prompt in enumerate(SAMPLE_PROMPTS):
        ids, _ = generate(model, tokenizer.encode(prompt).ids, max_new_tokens, END_OF_TEXT_ID, 0.7, torch.Generator().manual_seed(i))
        texts.append((prompt, tokenizer.decode(ids)))
    return texts


def evaluate(model, tokenizer, work):
    return {"held_out_loss": held_out_losses(model, work), "copy_accuracy": copy_accuracy(model, tokenizer, work),
            "recall": recall(model, tokenizer), "samples": samples(model, tokenizer)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=WORK / "checkpoint.pt")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER_FILE)
    options = parser.parse_args()
    model, checkpoint = load_checkpoint(options.checkpoint)
    print(f"step {checkpoint['step']}, {checkpoint['tokens_seen'] / 1e6:.1f} M tokens")
    print(json.dumps(evaluate(model, Tokenizer.from_file(str(options.tokenizer)), options.work), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
