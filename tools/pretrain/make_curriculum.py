"""Writes the knowledge curriculum: pages of plain statements, topic lines, lists, copying patterns and tiny stories.

It holds no instruction and no question, and so no question-answer pair: check_page() sees to it on every page.
Run: python3 make_curriculum.py [--megabytes 60] [--out ~/tabtune-pretrain/curriculum.txt]
"""

import argparse
import collections
import json
import random
import re
from pathlib import Path

from sources import CORPUS, END_OF_TEXT, FACTS_FILE, WORK, read_documents
from stories import PEOPLE, tell_story

NAMES = [name for name, _, _ in PEOPLE]
# Nothing that looks like a prompt of a data set, a quiz or a form may be read before tuning.
FORBIDDEN = re.compile(r"\?|#|instruction|response|\bquestion:|\banswer:|^(Q|A):", re.IGNORECASE | re.MULTILINE)
# The sentence in which data sets answer is read this often; the other phrasings share the rest.
MAIN_SENTENCE_SHARE = 0.4
SHARES = {"mixed": 0.58, "group": 0.14, "copy": 0.16, "story": 0.12}


def check_page(page):
    """Raises ValueError when a page holds what only tuning may teach."""
    found = FORBIDDEN.search(page)
    if found:
        raise ValueError(f"{found.group()!r} in the curriculum: {page[:200]!r}")


def capitalize(text):
    return text[:1].upper() + text[1:]


class Curriculum:
    """Pages from the facts, and from words and sentences of Common Voice for what is to be copied."""

    def __init__(self, facts, sentences, seed):
        self.random = random.Random(seed)
        self.facts = facts
        self.groups = collections.defaultdict(list)
        for fact in facts:
            self.groups[fact["group"]].append(fact)
        # Groups differ in size: between one share each and one share a fact.
        self.group_names = list(self.groups)
        self.group_weights = [len(self.groups[name]) ** 0.75 for name in self.group_names]
        self.kinds = collections.defaultdict(list)
        for fact in self.groups["kind"]:
            self.kinds[fact["answer"]].append(fact["subject"])
        plain = [text for text in sentences if re.fullmatch(r"[A-Z][A-Za-z ',]+\.", text) and not FORBIDDEN.search(text)]
        self.sentences = [text for text in plain if 3 <= len(text.split()) <= 12]
        counts = collections.Counter(word for text in plain for word in re.findall(r"\b[a-z]{3,10}\b(?!')", text))
        self.words = [word for word, count in counts.items() if count >= 3 and not FORBIDDEN.search(word)]

    def fact(self):
        name = self.random.choices(self.group_names, self.group_weights)[0]
        return self.random.choice(self.groups[name])

    def statement(self, fact):
        says = fact["statements"]
        text = says[0] if self.random.random() < MAIN_SENTENCE_SHARE else self.random.choice(says[1:])
        return text.replace("{name}", self.random.choice(NAMES))

    def fact_with_topic(self, fact):
        """A statement, often after a line that names what it is about: the habit of looking back at a word."""
        text, topic, subject, name = self.statement(fact), fact["topic"], fact["named"], self.random.choice(NAMES)
        kind = self.random.random()
        if kind < 0.24:
            return f"{capitalize(subject)}. {text}"
        # "What comes after Monday." would read like a question.
        if kind < 0.36 and topic.startswith(("the ", "a ")):
            return f"{capitalize(topic)}. {text}"
        if kind < 0.44:
            return f"About {self.random.choice([subject, topic])}. {text}"
        if kind < 0.52:
            return f"{name} read about {self.random.choice([subject, topic])}. {text}"
        if kind < 0.58:
            return f"{name} said, \"{text}\""
        if kind < 0.63:
            return f"This page is about {topic}. {text}"
        return text

    def listing(self):
        kind = self.random.choice(list(self.kinds))
        things = self.random.sample(self.kinds[kind], min(len(self.kinds[kind]), self.random.randint(2, 4)))
        names = ", ".join(things[:-1]) + " and " + things[-1]
        plural = {"fish": "fish", "piece of furniture": "pieces of furniture", "piece of clothing": "pieces of clothing"}.get(kind, f"{kind}s")
        count = {2: "Two", 3: "Three", 4: "Four"}[len(things)]
        return self.random.choice([f"{count} {plural} are {names}.", f"{capitalize(names)} are {plural}.", f"Some {plural}: {', '.join(things)}."])

    def copying(self):
        """Something said and said again, word for word."""
        choice, name, other = self.random.choice, *self.random.sample(NAMES, 2)
        words = self.random.sample(self.words, self.random.randint(2, 5))
        a, b = words[:2]
        names = ", ".join(words[:-1]) + " and " + words[-1]
        sentence = choice(self.sentences)
        fact = self.fact()
        return choice([
            lambda: f"{name} wrote down some words: {names}. {other} read them aloud: {names}.",
            lambda: f"{name} said the word {a}. {other} said it too: {a}.",
            lambda: f"On the sign was the word \"{a}\". {name} copied it: \"{a}\".",
            lambda: f"First came {a}, then {b}. {name} remembered the order: {a}, {b}.",
            lambda: f"{name} has the word {a} and {other} has the word {b}. The word of {name} is {a}. The word of {other} is {b}.",
            lambda: f"{name} wrote: \"{sentence}\" {other} read it again: \"{sentence}\"",
            lambda: f"{name} heard this: {sentence} So {name} wrote it down: {sentence}",
            lambda: f"\"{capitalize(a)}, {b},\" said {name}. \"{capitalize(a)}, {b},\" said {other}.",
            lambda: f"In capital letters, {a} is {a.upper()}.",
            lambda: f"{name} said {a} three times: {a}, {a}, {a}.",
            lambda: f"List: {', '.join(words)}. The same list again: {', '.join(words)}. The first word is {words[0]}. The last word is {words[-1]}.",
            lambda: f"{name} thought of {fact['named']}. {other} thought of {fact['named']} too. {fact['sentence']}",
        ])()

    def page(self):
        kind = self.random.choices(list(SHARES), list(SHARES.values()))[0]
        if kind == "story":
            return tell_story(self.random)
        length = self.random.randint(3, 9)
        if kind == "copy":
            items = [self.copying() for _ in range(length)]
        elif kind == "group":
            name = self.random.choices(self.group_names, self.group_weights)[0]
            facts = self.random.sample(self.groups[name], length)
            items = [self.statement(fact) for fact in facts]
        else:
            items = [self.copying() if self.random.random() < 0.12 else self.fact_with_topic(self.fact()) for _ in range(length)]
            if self.random.random() < 0.15:
                items.insert(self.random.randrange(len(items)), self.listing())
            if self.random.random() < 0.25:
                # One fact in several phrasings side by side.
                says = list(self.fact()["statements"])
                self.random.shuffle(says)
                items.append(" ".join(text.replace("{name}", self.random.choice(NAMES)) for text in says[:3]))
        return ("\n" if self.random.random() < 0.4 else " ").join(items)


def load_facts():
    with open(FACTS_FILE, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WORK / "curriculum.txt")
    options = parser.parse_args()

    sentences = [line for text in read_documents(CORPUS / "common_voice_sentences_cc0.txt.xz") for line in text.split("\n")]
    curriculum = Curriculum(load_facts(), sentences, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    written = pages = 0
    with open(options.out, "w", encoding="utf-8") as file:
        while written < options.megabytes * 1e6:
            page = curriculum.page()
            check_page(page)
            written += file.write(f"{page}\n{END_OF_TEXT}\n")
            pages += 1
    print(f"{pages} pages, {written / 1e6:.1f} MB, {len(curriculum.facts)} facts, {len(curriculum.words)} words to copy")


if __name__ == "__main__":
    main()
