"""Writes datasets/ordinary-prose.jsonl: passages of children's books that the base model has not read, for its perplexity.

Run once, where the corpus is: python3 prose_sample.py. The file is kept in the repository; the corpus is not.
"""

import argparse
import json
import random
import re
from pathlib import Path

from sources import CORPUS, REPOSITORY, SOURCES, is_held_out, read_documents

PASSAGES = 40
WORDS = range(120, 201)
# Contents, headings, pictures and verse are not prose.
NOT_PROSE = re.compile(r"\[|\]|\*|_|\b[A-Z]{4,}\b|\bCHAPTER\b|^.{0,25}$", re.MULTILINE)


def passages(book):
    """Runs of whole paragraphs with the wanted number of words, one after another."""
    run = []
    for paragraph in book.split("\n"):
        run = [] if NOT_PROSE.search(paragraph) else [*run, paragraph.strip()]
        count = sum(len(text.split()) for text in run)
        if count in WORDS:
            yield "\n".join(run)
        if count >= WORDS.start:
            run = []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "datasets" / "ordinary-prose.jsonl")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    documents = list(read_documents(CORPUS / SOURCES["gutenberg"][0]))
    held_out = [document for document in documents if is_held_out(document)]
    read = "\n".join(document for document in documents if not is_held_out(document))
    rng = random.Random(options.seed)
    chosen = []
    for i, book in enumerate(held_out):
        count = PASSAGES * (i + 1) // len(held_out) - len(chosen)
        # A story that is also in another book has been read after all.
        unread = [text for text in passages(book) if max(text.split("\n"), key=len) not in read]
        chosen += rng.sample(unread, count)
        print(f"{count} of {len(unread)} passages: {book[:60]!r}")
    rng.shuffle(chosen)
    lines = [json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in chosen]
    options.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
