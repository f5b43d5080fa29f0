"""Trains and writes the tiny teacher: a causal language model in ONNX form, for tests of the page.

It is no real teacher. It knows the 47 tasks of heart.jsonl by heart, in the forms in which the page asks
a teacher for tasks, and answers everything with one of them. What is real is the way there: transformers.js,
ONNX Runtime, key-value cache, chat template, sampling.

    python -m venv venv && venv/bin/pip install torch tokenizers onnx
    node tools/teacher/writeTalks.js > talks.jsonl
    venv/bin/python tools/teacher/tinyTeacher.py talks.jsonl fixtures/teacher
"""

import json
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional as F

VOCAB, HIDDEN, LAYERS, HEADS, CONTEXT = 1024, 96, 2, 4, 1024
HEAD = HIDDEN // HEADS
USER, ASSISTANT, END = "<|user|>", "<|assistant|>", "<|end|>"
STEPS, BATCH, LEARNING_RATE, WARMUP = 1400, 16, 4e-3, 60
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
CARD = """---
license: cc0-1.0
---
# Tiny teacher

A language model for tests of TabTune, made by `tools/teacher/tinyTeacher.py`. It knows 47 tasks by heart and
answers everything with one of them; it can do nothing else.
"""


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.up, self.down = nn.Linear(HIDDEN, 4 * HIDDEN), nn.Linear(4 * HIDDEN, HIDDEN)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor, past: tuple[Tensor, Tensor]):
        """x [B, T, C]; past: keys and values [B, H, P, D], turned already; mask [T, P + T], 0 or -1e9."""
        shape = (x.shape[0], x.shape[1], HEADS, HEAD)
        q, k, v = (part.reshape(shape).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(HIDDEN, -1))
        k = torch.cat((past[0], rotate(k, turn)), 2)
        v = torch.cat((past[1], v), 2)
        scores = rotate(q, turn) @ k.transpose(2, 3) / HEAD**0.5 + mask
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(x.shape))
        return x + self.down(F.gelu(self.up(self.norm2(x)))), (k, v)


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions (https://arxiv.org/abs/2104.09864), halves paired."""
    a, b = x.chunk(2, -1)
    return x * turn[0] + torch.cat((-b, a), -1) * turn[1]


class TinyTeacher(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(VOCAB, HIDDEN)
        nn.init.normal_(self.embed.weight, std=0.05)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(HIDDEN)
        angles = torch.arange(CONTEXT)[:, None] / 10_000 ** (torch.arange(0, HEAD, 2) / HEAD)
        angles = torch.cat((angles, angles), -1)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, input_ids: Tensor, *past: Tensor):
        """input_ids [B, T] after the keys and values of P tokens -> logits [B, T, V], and all keys and values."""
        before = past[0].shape[2]
        positions = before + torch.arange(input_ids.shape[1], device=input_ids.device)
        turn = (self.cos[positions], self.sin[positions])
        seen = torch.arange(before + input_ids.shape[1], device=input_ids.device)
        mask = (seen[None, :] > positions[:, None]) * -1e9
        x = self.embed(input_ids)
        present = []
        for i, block in enumerate(self.blocks):
            x, pair = block(x, turn, mask, (past[2 * i], past[2 * i + 1]))
            present.extend(pair)
        return (self.norm(x) @ self.embed.weight.T, *present)


def no_past(batch: int) -> list[Tensor]:
    return [torch.zeros(batch, HEADS, 0, HEAD) for _ in range(2 * LAYERS)]


def train_tokenizer(texts: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCAB,
            special_tokens=[END, USER, ASSISTANT],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer


def train(model: TinyTeacher, talks: list[tuple[list[int], list[int]]]) -> None:
    """Next tokens of the answers only."""
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, (0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARMUP, 1.02 - step / STEPS)
    )
    # Batches of like length: little is filled up.
    talks = sorted(talks, key=lambda talk: len(talk[0]) + len(talk[1]))
    begun = time.time()
    for step in range(STEPS):
        first = int(torch.randint(len(talks) - BATCH, ()))
        batch = talks[first : first + BATCH]
        width = max(len(prompt) + len(answer) for prompt, answer in batch)
        ids = torch.zeros(BATCH, width, dtype=torch.long)
        targets = torch.full((BATCH, width), -100)
        for row, (prompt, answer) in enumerate(batch):
            whole = torch.tensor(prompt + answer)
            ids[row, : len(whole)] = whole
            targets[row, len(prompt) - 1 : len(whole) - 1] = whole[len(prompt) :]
        logits = model(ids, *no_past(BATCH))[0]
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0 or step == STEPS - 1:
            print(f"step {step}: loss {loss.item():.3f}, {time.time() - begun:.0f} s", flush=True)


@torch.no_grad()
def say(model: TinyTeacher, tokenizer: Tokenizer, prompt: str) -> str:
    ids = tokenizer.encode(f"{USER}{prompt}{END}{ASSISTANT}").ids
    end = tokenizer.token_to_id(END)
    answer, past, todo = [], no_past(1), torch.tensor([ids])
    while len(answer) < 200:
        logits, *past = model(todo, *past)
        token = int(logits[0, -1].argmax())
        if token == end:
            break
        answer.append(token)
        todo = torch.tensor([[token]])
    return tokenizer.decode(answer)


def export(model: TinyTeacher, tokenizer: Tokenizer, folder: Path) -> None:
    """A folder as Hugging Face has it, under a name of the GPT-2 family: that tells transformers.js the cache's shape."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    pairs = [f"{i}.{kind}" for i in range(LAYERS) for kind in ("key", "value")]
    before = [f"past_key_values.{pair}" for pair in pairs]
    after = [f"present.{pair}" for pair in pairs]
    axes = {"input_ids": {0: "batch", 1: "tokens"}, "logits": {0: "batch", 1: "tokens"}}
    axes |= {name: {0: "batch", 2: "past"} for name in before} | {name: {0: "batch", 2: "all"} for name in after}
    past = [torch.zeros(1, HEADS, 3, HEAD) for _ in before]
    torch.onnx.export(
        model,
        (torch.zeros(1, 5, dtype=torch.long), *past),
        str(folder / "onnx/model.onnx"),
        input_names=["input_ids", *before],
        output_names=["logits", *after],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    end = tokenizer.token_to_id(END)
    size = {"vocab_size": VOCAB, "n_embd": HIDDEN, "n_layer": LAYERS, "n_head": HEADS, "n_positions": CONTEXT}
    files = {
        "config.json": {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], **size, "eos_token_id": end},
        "generation_config.json": {"eos_token_id": end, "bos_token_id": end, "pad_token_id": end},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": END,
            "pad_token": END,
            "clean_up_tokenization_spaces": False,
            "chat_template": CHAT_TEMPLATE,
        },
    }
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, indent=2) + "\n")
    (folder / "README.md").write_text(CARD)


def main() -> None:
    talks_path, folder = sys.argv[1:]
    torch.manual_seed(1)
    talks = [json.loads(line) for line in Path(talks_path).read_text().splitlines()]
    tokenizer = train_tokenizer([text for talk in talks for text in talk.values()])
    encode = lambda text: tokenizer.encode(text).ids
    pairs = [
        (encode(f"{USER}{talk['prompt']}{END}{ASSISTANT}"), encode(talk["answer"] + END)) for talk in talks
    ]
    model = TinyTeacher()
    print(sum(p.numel() for p in model.parameters()), "parameters; longest", max(len(a) + len(b) for a, b in pairs))
    train(model, pairs)
    model.eval()
    for talk in talks[:8]:
        print("---\n" + say(model, tokenizer, talk["prompt"]) + "\n   wanted:\n" + talk["answer"])
    export(model, tokenizer, Path(folder))


main()
