"""GPT-NeoX exactly as Hugging Face has it: the same names, layout and arithmetic, so that a checkpoint is a release.

Runs with PyTorch 1.13 (plain attention) and 2.x (fused attention).
"""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

HAS_FUSED_ATTENTION = hasattr(F, "scaled_dot_product_attention")


@dataclass
class Config:
    """Sizes of the model; the names are those of Hugging Face's config.json."""

    hidden_size: int = 192
    num_hidden_layers: int = 6
    num_attention_heads: int = 6
    vocab_size: int = 4096
    max_position_embeddings: int = 512
    rotary_pct: float = 0.25
    rotary_emb_base: float = 10000
    layer_norm_eps: float = 1e-5
    initializer_range: float = 0.02

    @property
    def intermediate_size(self):
        return 4 * self.hidden_size


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_attention_heads
        self.head_dim = config.hidden_size // config.num_attention_heads
        self.rotary_dim = int(self.head_dim * config.rotary_pct)
        self.query_key_value = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x, cos, sin):
        batch, time, hidden = x.shape
        # Each head's query, key and value lie side by side: [B, T, H, 3D] -> three of [B, H, T, D].
        query, key, value = self.query_key_value(x).view(batch, time, self.num_heads, 3 * self.head_dim).transpose(1, 2).chunk(3, -1)
        query, key = self.rotate(query, cos, sin), self.rotate(key, cos, sin)
        if HAS_FUSED_ATTENTION and x.is_cuda:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        else:
            # On a CPU, compiled, this is faster than the fused operation, whose backward pass is slow there.
            scores = (query @ key.transpose(-2, -1)) / math.sqrt(self.head_dim)
            future = torch.full((time, time), float("-inf"), dtype=scores.dtype, device=x.device).triu(1)
            mixed = (scores + future).softmax(-1, dtype=torch.float32).to(value.dtype) @ value
        return self.dense(mixed.transpose(1, 2).reshape(batch, time, hidden))

    def rotate(self, x, cos, sin):
        """Turns the first rotary_dim features of every head by their position."""
        turned, kept = x[..., : self.rotary_dim], x[..., self.rotary_dim :]
        first, second = turned.chunk(2, -1)
        turned = turned * cos.to(x.dtype) + torch.cat([-second, first], -1) * sin.to(x.dtype)
        return torch.cat([turned, kept], -1)


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense_h_to_4h = nn.Linear(config.hidden_size, config.intermediate_size)
        self.dense_4h_to_h = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x):
        return self.dense_4h_to_h(F.gelu(self.dense_h_to_4h(x)))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.input_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.post_attention_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.attention = Attention(config)
        self.mlp = MLP(config)

    def forward(self, x, cos, sin):
        # Parallel residual: both halves read the same x.
        return x + self.attention(self.input_layernorm(x), cos, sin) + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embed_in = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.final_layer_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)


class NeoX(nn.Module):
    """token ids [B, T] -> logits [B, T, V]. Its state_dict has Hugging Face's names."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.gpt_neox = Body(config)
        self.embed_out = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                # What is added to the residual stream starts smaller the deeper the model (GPT-2).
                is_output = name.endswith(("dense.weight", "dense_4h_to_h.weight"))
                nn.init.normal_(parameter, 0, config.initializer_range / (math.sqrt(2 * config.num_hidden_layers) if is_output else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        rotary_dim = int(config.hidden_size // config.num_attention_heads * config.rotary_pct)
        frequencies = 1 / config.rotary_emb_base ** (torch.arange(0, rotary_dim, 2).float() / rotary_dim)
        angles = torch.outer(torch.arange(config.max_position_embeddings).float(), frequencies).repeat(1, 2)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, token_ids):
        time = token_ids.shape[1]
        x = self.gpt_neox.embed_in(token_ids)
        for layer in self.gpt_neox.layers:
            x = layer(x, self.cos[:time], self.sin[:time])
        return self.embed_out(self.gpt_neox.final_layer_norm(x))

    def num_parameters(self):
        return sum(parameter.numel() for parameter in self.parameters())


@torch.no_grad()
def generate(model, token_ids, max_new_tokens, end_id, temperature=0.0, generator=None):
    """Greedy (temperature 0) or sampled continuation; returns (new token ids, whether it ended itself)."""
    device = next(model.parameters()).device
    context = model.config.max_position_embeddings
    ids = list(token_ids)
    for _ in range(max_new_tokens):
        logits = model(torch.tensor([ids[-context:]], device=device))[0, -1].float().cpu()
        if temperature > 0:
            chosen = int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator))
        else:
            chosen = int(logits.argmax())
        if chosen == end_id:
            return ids[len(token_ids) :], True
        ids.append(chosen)
    return ids[len(token_ids) :], False


def load_checkpoint(path):
    """The model of a checkpoint of train.py, on the CPU, with the checkpoint itself."""
    checkpoint = torch.load(path, map_location="cpu")
    model = NeoX(Config(**checkpoint["config"]))
    model.load_state_dict(checkpoint["model"])
    return model.eval(), checkpoint
