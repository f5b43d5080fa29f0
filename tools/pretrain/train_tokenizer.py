"""Trains the byte-level BPE tokenizer (4,096 tokens, digits split) and writes samples for the agreement test.

Needs the `tokenizers` package. Run: python3 train_tokenizer.py [--out fixtures/pretrain]
"""

import argparse
import itertools
import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from sources import END_OF_TEXT, PADDING, TOKENIZER_FILE, WORK, read_documents, source_path

VOCABULARY = 4096
# Words with the space before them; a digit is always alone.
PIECES = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# How much of each source the merges are counted on, in millions of characters: simple registers weigh more.
MEGABYTES = {"curriculum": 6, "storybooks": 3, "fairytales": 3, "onestopenglish": 2, "common_voice": 3, "enwiki_leads": 5, "gutenberg": 8}
# The words around every prompt become one token each, though pretraining never reads them.
TEMPLATE = "### Instruction:\n\n### Response:\n\n### Input:\n"
TEMPLATE_REPEATS = 4000


def training_texts(work):
    for name, megabytes in MEGABYTES.items():
        left = megabytes * 1_000_000
        for document in read_documents(source_path(name, work)):
            yield document[:left]
            left -= len(document)
            if left <= 0:
                break
    for _ in range(TEMPLATE_REPEATS):
        yield TEMPLATE


def sample_texts(work):
    """Texts on which JavaScript must agree token for token."""
    texts = [" ", "Hello, world!", "It's 1,234.50 kg.", "  two  spaces\n\n\tand a tab ", "Zürich, naïve, 東京, 😀 ok", "### Instruction:\nSay hi.\n\n### Response:\nHi.",
             "don't we'll they've I'm", "A<|endoftext|>B", "1234567890", "end of line \n next"]
    # Only our own text is committed.
    texts += itertools.islice(read_documents(source_path("curriculum", work)), 60)
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=WORK, help="folder that holds curriculum.txt")
    parser.add_argument("--out", type=Path, default=TOKENIZER_FILE.parent)
    options = parser.parse_args()

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=[END_OF_TEXT, PADDING], show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(training_texts(options.work), trainer)

    content = json.loads(tokenizer.to_str())
    # Older readers know merges only as "a b".
    content["model"]["merges"] = [merge if isinstance(merge, str) else " ".join(merge) for merge in content["model"]["merges"]]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
    tokenizer = Tokenizer.from_file(str(options.out / "tokenizer.json"))
    samples = [{"text": text, "tokenIds": tokenizer.encode(text).ids} for text in sample_texts(options.work)]
    lines = "\n".join(json.dumps(sample, ensure_ascii=False) for sample in samples)
    (options.out / "samples.jsonl").write_text(lines + "\n", encoding="utf-8")
    print(f"{tokenizer.get_vocab_size()} tokens, {len(samples)} samples; the template takes {len(tokenizer.encode(TEMPLATE).ids)} tokens")


if __name__ == "__main__":
    main()
