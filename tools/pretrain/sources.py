"""The texts that the base model reads: files, licenses, shares of the mixture, and how documents are held out."""

import hashlib
import lzma
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FACTS_FILE = REPOSITORY / "tools" / "curriculum" / "facts.jsonl"
QUESTIONS_FILE = REPOSITORY / "tools" / "curriculum" / "questions.json"
CORPUS = REPOSITORY.parent / "shared" / "corpus"
TOKENIZER_FILE = REPOSITORY / "fixtures" / "pretrain" / "tokenizer.json"
# Corpus, tokens and checkpoints are large: never inside the repository.
WORK = Path.home() / "tabtune-pretrain"

END_OF_TEXT = "<|endoftext|>"
PADDING = "<|padding|>"
END_OF_TEXT_ID = 0
PADDING_ID = 1
# One document in so many is kept for the held-out loss.
HELD_OUT_EVERY = 50

# name: file in the corpus (None: made by make_curriculum.py), share of the tokens read, license, what it is.
# Shares start from the trial's (43 % curriculum) with more simple stories; storybooks are read about ten times.
SOURCES = {
    "curriculum": (None, 0.43, "CC0-1.0", "the project's knowledge curriculum, copying patterns and tiny stories"),
    "storybooks": ("storybooks_ccby.txt.xz", 0.07, "CC BY 3.0/4.0", "711 very simple modern stories"),
    "fairytales": ("fairytaleqa_stories.txt.xz", 0.06, "Apache-2.0", "278 fairy tales"),
    "onestopenglish": ("onestopenglish.txt.xz", 0.04, "CC BY-SA 4.0", "591 graded news articles"),
    "common_voice": ("common_voice_sentences_cc0.txt.xz", 0.05, "CC0-1.0", "54,759 single sentences"),
    "enwiki_leads": ("enwiki2015_leads.txt.xz", 0.09, "CC BY-SA 3.0", "openings of encyclopaedia articles"),
    "enwiki_articles": ("enwiki2015_articles_60mb.txt.xz", 0.03, "CC BY-SA 3.0", "whole encyclopaedia articles"),
    "gutenberg": ("gutenberg_children.txt.xz", 0.23, "public domain in the US", "368 older children's books"),
}


def read_documents(path):
    """Yields the documents of a corpus file (.xz or plain), without their separators."""
    opener = lzma.open if str(path).endswith(".xz") else open
    lines = []
    with opener(path, "rt", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.rstrip("\n") == END_OF_TEXT:
                if lines:
                    yield "".join(lines).strip()
                lines = []
            else:
                lines.append(line)
    if lines:
        yield "".join(lines).strip()


def is_held_out(document):
    """By the document's first line, so that an article's opening and its whole text go the same way."""
    title = document.split("\n", 1)[0]
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % HELD_OUT_EVERY == 0


def source_path(name, work):
    """The file of a source: in the corpus, or the curriculum in the work folder."""
    file = SOURCES[name][0]
    return CORPUS / file if file else Path(work) / "curriculum.txt"
