"""Compares base models by what tuning makes of them: LoRA on records over the asked facts, then unseen facts.

Tunes as the page does by default (LoRA on all linear layers, loss on the answer only) and counts right answers: the
first line, normalized, is one of the fact's accepted answers. One seed, a few minutes; for choosing among mixtures
and sizes, not for publishing. Run: python3 eval_tuning.py [--checkpoint ~/tabtune-pretrain/checkpoint.pt]
"""

import argparse
import collections
import copy
import json
import math
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

from evaluate import held_out_losses
from make_curriculum import capitalize, load_facts
from neox import generate, load_checkpoint
from sources import END_OF_TEXT_ID, PADDING_ID, QUESTIONS_FILE, TOKENIZER_FILE, WORK

PROMPT = "### Instruction:\n{}\n\n### Response:\n"
MAX_NEW_TOKENS = 32
WARMUP_STEPS = 10
TARGETS = ("query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h")


class LoRA(nn.Module):
    """y = xWᵀ + b + (alpha / rank) (xAᵀ)Bᵀ with W frozen and B zero at first."""

    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.scale = alpha / rank
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x):
        return self.linear(x) + (x @ self.down.t()) @ self.up.t() * self.scale


def attach(model, rank, alpha):
    """Freezes the model and puts LoRA on every linear layer of its blocks; returns the new parameters."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for layer in model.gpt_neox.layers:
        for part in (layer.attention, layer.mlp):
            for name, linear in list(part.named_children()):
                if name in TARGETS:
                    setattr(part, name, LoRA(linear, rank, alpha))
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def ask(template, fact):
    words = {"s": fact["subject"], "ns": fact["named"], "S": capitalize(fact["subject"]), "NS": capitalize(fact["named"]), "unit": fact["unit"]}
    return capitalize(template.format(**words))


def normalize(text):
    """As normalizeAnswer in tools/curriculum/define.js."""
    text = " ".join(text.lower().split())
    return (text[:-1] if text.endswith(".") else text).strip()


def tune(model, tokenizer, records, options, rng):
    parameters = attach(model, options.rank, 2 * options.rank)
    optimizer = torch.optim.AdamW(parameters, lr=options.lr, weight_decay=0.0)
    examples = [(tokenizer.encode(PROMPT.format(question)).ids, tokenizer.encode(answer).ids + [END_OF_TEXT_ID]) for question, answer in records]
    order, tokens, started = [], 0, time.monotonic()
    for step in range(options.steps):
        rate = options.lr * min(1, (step + 1) / WARMUP_STEPS) * 0.5 * (1 + math.cos(math.pi * step / options.steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        if len(order) < options.batch:
            order += rng.sample(examples, len(examples))
        batch, order = order[: options.batch], order[options.batch :]
        length = max(len(prompt) + len(answer) for prompt, answer in batch)
        ids = torch.full((len(batch), length), PADDING_ID)
        counted = torch.zeros(len(batch), length, dtype=torch.bool)
        for i, (prompt, answer) in enumerate(batch):
            ids[i, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
            counted[i, len(prompt) : len(prompt) + len(answer)] = True
            tokens += len(prompt) + len(answer)
        loss = F.cross_entropy(model(ids[:, :-1])[counted[:, 1:]], ids[:, 1:][counted[:, 1:]])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 20 == 0 or step == options.steps - 1:
            print(f"step {step} loss {loss.item():.3f} {time.monotonic() - started:.0f} s", flush=True)
    return {"tuning_tokens": tokens, "mean_tokens": round(sum(len(a) + len(b) for a, b in examples) / len(examples), 1), "tuning_loss": round(loss.item(), 3)}


def score(model, tokenizer, cases, examples_shown=0):
    """Right and ended shares over (question, fact) cases, and by group."""
    right, ended, groups = 0, 0, collections.defaultdict(lambda: [0, 0])
    for i, (question, fact) in enumerate(cases):
        ids, stopped = generate(model, tokenizer.encode(PROMPT.format(question)).ids, MAX_NEW_TOKENS, END_OF_TEXT_ID)
        text = tokenizer.decode(ids)
        is_right = normalize(text.split("\n")[0]) in {normalize(answer) for answer in fact["accepted"]}
        right, ended = right + is_right, ended + stopped
        groups[fact["group"]][0] += is_right
        groups[fact["group"]][1] += 1
        if i < examples_shown:
            print(f"   {question} => {text[:80]!r} [{fact['sentence']}]", flush=True)
    return {"right": round(right / len(cases), 3), "ended": round(ended / len(cases), 3),
            "groups": {name: f"{ok}/{count}" for name, (ok, count) in sorted(groups.items())}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=WORK / "checkpoint.pt")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER_FILE)
    parser.add_argument("--records", type=int, default=700)
    parser.add_argument("--steps", type=int, default=130)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)

    questions = json.loads(QUESTIONS_FILE.read_text(encoding="utf-8"))
    facts = load_facts()
    asked = rng.sample([fact for fact in facts if fact["part"] == "asked"], min(options.records, sum(fact["part"] == "asked" for fact in facts)))
    unseen = [fact for fact in facts if fact["part"] == "unseen"]
    cases = {
        "unseen_facts": [(ask(rng.choice(questions[fact["group"]]["asked"]), fact), fact) for fact in rng.sample(unseen, min(options.cases, len(unseen)))],
        "held_out_phrasings": [(ask(rng.choice(questions[fact["group"]]["heldOut"]), fact), fact) for fact in rng.sample(asked, min(options.cases, len(asked)))],
    }
    records = [(ask(rng.choice(questions[fact["group"]]["asked"]), fact), fact["sentence"]) for fact in asked]

    model, checkpoint = load_checkpoint(options.checkpoint)
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    base = copy.deepcopy(model)
    result = {"checkpoint": str(options.checkpoint), "tokens_seen": checkpoint["tokens_seen"], "base": score(base, tokenizer, cases["unseen_facts"][:40], 3)}
    result.update(tune(model, tokenizer, records, options, rng))
    for name, part in cases.items():
        result[name] = score(model, tokenizer, part, 12)
    before, after = (held_out_losses(each, options.work) for each in (base, model))
    result["perplexity"] = {name: [round(math.exp(before[name]), 1), round(math.exp(after[name]), 1)] for name in ("gutenberg", "storybooks") if name in before}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
