"""The same training step in PyTorch, float32 with TF32 off: GPT-NeoX with random weights of the same spread.

usage: twin.py JOB          JOB: the job of bench/gpu/run.js as JSON; prints the times as JSON.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

ROTARY_SHARE = 0.25
ROTARY_THETA = 10_000.0
SPREAD = 0.05
LORA_RANK, LORA_ALPHA = 8, 16


class Linear(nn.Linear):
    """With a LoRA pair beside it when the base is frozen."""

    def __init__(self, n_in, n_out, is_lora):
        super().__init__(n_in, n_out)
        self.is_lora = is_lora
        if is_lora:
            self.a = nn.Parameter(torch.empty(LORA_RANK, n_in))
            self.b = nn.Parameter(torch.empty(n_out, LORA_RANK))

    def forward(self, x):
        y = super().forward(x)
        if not self.is_lora:
            return y
        return y + F.linear(F.linear(x, self.a), self.b) * (LORA_ALPHA / LORA_RANK)


class Block(nn.Module):
    def __init__(self, hidden, heads, is_lora):
        super().__init__()
        self.heads = heads
        self.norm_1 = nn.LayerNorm(hidden)
        self.norm_2 = nn.LayerNorm(hidden)
        self.qkv = Linear(hidden, 3 * hidden, is_lora)
        self.out = Linear(hidden, hidden, is_lora)
        self.up = Linear(hidden, 4 * hidden, is_lora)
        self.down = Linear(4 * hidden, hidden, is_lora)

    def forward(self, x, cos, sin):
        B, T, C = x.shape
        qkv = self.qkv(self.norm_1(x)).view(B, T, self.heads, 3 * C // self.heads).transpose(1, 2)
        q, k, v = qkv.chunk(3, dim=-1)
        mixed = F.scaled_dot_product_attention(
            rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True
        )
        attended = self.out(mixed.transpose(1, 2).reshape(B, T, C))
        return x + attended + self.down(F.gelu(self.up(self.norm_2(x))))


def rotate(x, cos, sin):
    dim = cos.shape[-1]
    turned, rest = x[..., :dim], x[..., dim:]
    first, second = turned.chunk(2, dim=-1)
    return torch.cat((turned * cos + torch.cat((-second, first), dim=-1) * sin, rest), dim=-1)


class Model(nn.Module):
    def __init__(self, shape, is_lora):
        super().__init__()
        hidden, vocab = shape["hidden"], shape["vocab"]
        self.embed = nn.Embedding(vocab, hidden)
        self.blocks = nn.ModuleList(
            Block(hidden, shape["heads"], is_lora) for _ in range(shape["layers"])
        )
        self.norm = nn.LayerNorm(hidden)
        self.head = nn.Linear(hidden, vocab, bias=False)
        if shape["isTied"]:
            self.head.weight = self.embed.weight
        for name, parameter in self.named_parameters():
            is_gain = "norm" in name and name.endswith("weight")
            nn.init.uniform_(parameter, -SPREAD, SPREAD)
            if is_gain:
                parameter.data += 1
            parameter.requires_grad = not is_lora or name.endswith((".a", ".b"))
        dim = int(hidden // shape["heads"] * ROTARY_SHARE)
        angle = torch.arange(shape["length"])[:, None] * ROTARY_THETA ** (
            -torch.arange(0, dim, 2) / dim
        )
        angle = torch.cat((angle, angle), dim=-1)
        self.register_buffer("cos", angle.cos())
        self.register_buffer("sin", angle.sin())

    def forward(self, ids):
        x = self.embed(ids)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        logits = self.head(self.norm(x)[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())


def time_steps(shape, method, tokens, warm_ups, steps, device):
    """Milliseconds of one step, and the last loss."""
    torch.manual_seed(1)
    model = Model(shape, method == "lora").to(device)
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "weight_decay": 0.1},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=1e-3)
    ids = torch.randint(shape["vocab"], (tokens // shape["length"], shape["length"])).to(device)

    def step():
        loss = model(ids)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        return loss

    for _ in range(warm_ups):
        step().item()
    started = time.perf_counter()
    for _ in range(steps):
        loss = step()
    value = loss.item()  # waits for all of them
    return 1000 * (time.perf_counter() - started) / steps, value


def main():
    job = json.loads(sys.argv[1])
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    device = "cuda" if torch.cuda.is_available() else "cpu"
    name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    rows = []
    for method in job["methods"]:
        for tokens in job["tokens"]:
            ms, loss = time_steps(
                job["shape"], method, tokens, job["warmUps"], job["steps"], device
            )
            print(f"PyTorch, {method}, {tokens} tokens: {ms:.1f} ms, loss {loss:.5f}", file=sys.stderr)
            rows.append({"method": method, "tokens": tokens, "stepMs": ms, "loss": loss})
    print(json.dumps({"device": name, "version": torch.__version__, "rows": rows}))


main()
