"""Pretrains the base model on the tokens of prepare.py, on a CPU or a GPU; stops and goes on at any time.

Every step's batch follows from the seed and the step's number alone, and everything else is in <out>/checkpoint.pt
(written whole every two minutes, also on Ctrl-C and SIGTERM), so the same command goes on where the last one ended.
SIGSTOP and SIGCONT pause it. The learning rate warms up, stays, and falls over the last part of --tokens: to go on
past the end, give more --tokens to a copy of a checkpoint from before the fall (checkpoint.stable.pt).

Run: python3 train.py [--out ~/tabtune-pretrain] [--tokens 60e6] [--minutes 60]
"""

import argparse
import inspect
import json
import os
import shutil
import signal
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from neox import Config, NeoX
from sources import REPOSITORY, SOURCES, WORK

BETAS = (0.9, 0.95)
WEIGHT_DECAY = 0.1
MAX_GRAD_NORM = 1.0
# The rate at the very end, as a share of the full one.
FINAL_RATE = 0.02
LOG_EVERY = 20


class Mixture:
    """Rows of tokens, drawn from the sources by their shares. The same step always gives the same rows."""

    def __init__(self, folder, seed):
        self.seed = seed
        self.names = [name for name in SOURCES if (folder / f"{name}.train.npy").exists()]
        if not self.names:
            raise SystemExit(f"no tokens in {folder}: run prepare.py first")
        self.tokens = [np.load(folder / f"{name}.train.npy", mmap_mode="r") for name in self.names]
        shares = np.array([SOURCES[name][1] for name in self.names])
        self.shares = shares / shares.sum()

    def batch(self, step, num_rows, row_len):
        """[num_rows, row_len + 1] token ids: inputs and, one to the right, targets."""
        random = np.random.default_rng((self.seed, step))
        rows = np.empty((num_rows, row_len + 1), dtype=np.int64)
        for row, source in zip(rows, random.choice(len(self.names), size=num_rows, p=self.shares)):
            tokens = self.tokens[source]
            start = random.integers(0, len(tokens) - row_len - 1)
            row[:] = tokens[start : start + row_len + 1]
        return torch.from_numpy(rows)


def learning_rate(options, step, tokens_seen):
    """Warm-up by steps, then flat, then a straight line down over the last --decay-share of --tokens."""
    warm = min(1.0, (step + 1) / options.warmup_steps)
    left = max(0.0, 1 - tokens_seen / options.tokens)
    fall = min(1.0, left / options.decay_share)
    return options.lr * warm * max(FINAL_RATE, fall)


def create_optimizer(model, options):
    matrices = [p for name, p in model.named_parameters() if p.dim() > 1 and "embed_in" not in name]
    others = [p for name, p in model.named_parameters() if p.dim() < 2 or "embed_in" in name]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
    version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
    has_fused = "fused" in inspect.signature(torch.optim.AdamW).parameters and (version >= (2, 4) or options.device == "cuda")
    return torch.optim.AdamW(groups, lr=options.lr, betas=BETAS, **({"fused": True} if has_fused else {}))


def save(path, model, optimizer, state):
    """Whole or not at all: a run killed while writing keeps the checkpoint before."""
    half = path.with_suffix(".part")
    torch.save({"config": asdict(model.config), "model": model.state_dict(), "optimizer": optimizer.state_dict(), **state}, half)
    os.replace(half, path)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=WORK, help="folder that holds tokens/")
    parser.add_argument("--out", type=Path, default=WORK, help="folder of the checkpoint and the log")
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--heads", type=int, default=6)
    parser.add_argument("--batch-tokens", type=int, default=8192, help="tokens of one step")
    parser.add_argument("--context", type=int, default=256, help="row length for most of the run")
    parser.add_argument("--long-context", type=int, default=512, help="row length of the last part")
    parser.add_argument("--long-from", type=float, default=0.7, help="share of --tokens after which rows are long")
    parser.add_argument("--tokens", type=float, default=60e6, help="tokens of the whole run; the rate falls towards it")
    parser.add_argument("--minutes", type=float, help="stop this call after so long; the next call goes on")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--warmup-steps", type=int, default=100)
    parser.add_argument("--decay-share", type=float, default=0.25)
    parser.add_argument("--save-seconds", type=float, default=120)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    if REPOSITORY in options.out.resolve().parents:
        raise SystemExit(f"--out {options.out} is inside the repository; checkpoints are too large for it")
    return options


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "checkpoint.pt"
    mixture = Mixture(options.work / "tokens", options.seed)

    state = {"step": 0, "tokens_seen": 0, "seconds": 0.0}
    checkpoint = torch.load(path, map_location="cpu") if path.exists() else None
    config = Config(**checkpoint["config"]) if checkpoint else Config(options.hidden, options.layers, options.heads, max_position_embeddings=options.long_context)
    model = NeoX(config).to(options.device)
    optimizer = create_optimizer(model, options)
    if checkpoint:
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        state = {key: checkpoint[key] for key in state}
        del checkpoint
    print(f"{model.num_parameters() / 1e6:.2f} M parameters on {options.device}; from step {state['step']}, "
          f"{state['tokens_seen'] / 1e6:.2f} M of {options.tokens / 1e6:.0f} M tokens; {', '.join(mixture.names)}", flush=True)

    def batch_loss(rows):
        with torch.autocast(options.device, dtype=torch.bfloat16):
            logits = model(rows[:, :-1])
        return F.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())

    # Half the time of a step where PyTorch can compile (2.x and a C++ compiler).
    loss_of = torch.compile(batch_loss, dynamic=False) if hasattr(torch, "compile") and (shutil.which("g++") or options.device == "cuda") else batch_loss
    stop = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.append(True))
    started = last_save = last_log = time.monotonic()
    logged_tokens, losses = state["tokens_seen"], []
    while state["tokens_seen"] < options.tokens and not stop:
        if options.minutes and time.monotonic() - started > options.minutes * 60:
            break
        step_started = time.monotonic()
        progress = state["tokens_seen"] / options.tokens
        if progress >= 1 - options.decay_share and not (options.out / "checkpoint.stable.pt").exists():
            save(options.out / "checkpoint.stable.pt", model, optimizer, state)
        row_len = options.long_context if progress >= options.long_from else options.context
        rate = learning_rate(options, state["step"], state["tokens_seen"])
        for group in optimizer.param_groups:
            group["lr"] = rate
        rows = mixture.batch(state["step"], options.batch_tokens // row_len, row_len).to(options.device)
        loss = loss_of(rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRAD_NORM)
        optimizer.step()
        losses.append(loss.detach())
        state["step"] += 1
        state["tokens_seen"] += rows.numel() - len(rows)
        state["seconds"] += time.monotonic() - step_started

        now = time.monotonic()
        if state["step"] % LOG_EVERY == 0:
            record = {"step": state["step"], "tokens": state["tokens_seen"], "loss": round(torch.stack(losses).mean().item(), 4), "lr": round(rate, 6),
                      "tokens_per_second": round((state["tokens_seen"] - logged_tokens) / (now - last_log)), "hours": round(state["seconds"] / 3600, 3)}
            print(json.dumps(record), flush=True)
            last_log, logged_tokens, losses = now, state["tokens_seen"], []
        if now - last_save > options.save_seconds:
            save(path, model, optimizer, state)
            last_save = now
    save(path, model, optimizer, state)
    print(f"saved at step {state['step']}, {state['tokens_seen'] / 1e6:.2f} M tokens", flush=True)


if __name__ == "__main__":
    main()
