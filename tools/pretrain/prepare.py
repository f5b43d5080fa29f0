"""Turns every source into arrays of token ids: <work>/tokens/<source>.train.npy and <source>.heldout.npy (uint16).

A document is followed by the end-of-text token. train.py draws from the sources by their shares, so shares can be
changed without preparing again. Run: python3 prepare.py [--only curriculum] [--limit-mb 1]
"""

import argparse
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from sources import END_OF_TEXT_ID, SOURCES, TOKENIZER_FILE, WORK, is_held_out, read_documents, source_path

BATCH = 256
# Longer ones are encoded in pieces cut at a line's end: memory stays small.
MAX_PIECE = 100_000
# Of a source of one long document, the last part in so many is held out.
HELD_OUT_PART = 50


def pieces(document):
    start = 0
    while start < len(document):
        end = min(start + MAX_PIECE, len(document))
        if end < len(document):
            end = document.rfind("\n", start, end) + 1 or end
            end = end if end > start else start + MAX_PIECE
        yield document[start:end]
        start = end


def encode(tokenizer, documents):
    """All documents as one array of token ids, each with its end."""
    parts = []
    for first in range(0, len(documents), BATCH):
        chunk = [list(pieces(document)) for document in documents[first:first + BATCH]]
        encoded = iter(tokenizer.encode_batch([piece for document in chunk for piece in document]))
        for document in chunk:
            for _ in document:
                parts.append(np.array(next(encoded).ids, dtype=np.uint16))
            parts.append(np.array([END_OF_TEXT_ID], dtype=np.uint16))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint16)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER_FILE)
    parser.add_argument("--only", nargs="*", default=list(SOURCES), choices=list(SOURCES))
    parser.add_argument("--limit-mb", type=float, help="characters of a source at most, for a trial run")
    options = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    folder = options.work / "tokens"
    folder.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        train, held_out, size = [], [], 0
        for document in read_documents(source_path(name, options.work)):
            (held_out if is_held_out(document) else train).append(document)
            size += len(document)
            if options.limit_mb and size > options.limit_mb * 1e6:
                break
        if not held_out:
            cut = len(train[-1]) - len(train[-1]) // HELD_OUT_PART
            held_out.append(train[-1][cut:])
            train[-1] = train[-1][:cut]
        for part, documents in (("train", train), ("heldout", held_out)):
            tokens = encode(tokenizer, documents)
            np.save(folder / f"{name}.{part}.npy", tokens)
            print(f"{name:16} {part:8} {len(documents):7} documents {len(tokens) / 1e6:8.3f} M tokens", flush=True)


if __name__ == "__main__":
    main()
