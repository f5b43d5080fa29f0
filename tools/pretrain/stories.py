"""Tiny stories of three to six connected sentences, put together from parts: prose in the shape of the curriculum."""

PEOPLE = [("Ana", "she", "her"), ("Ben", "he", "his"), ("Cara", "she", "her"), ("Dan", "he", "his"), ("Eva", "she", "her"),
          ("Finn", "he", "his"), ("Grace", "she", "her"), ("Hugo", "he", "his"), ("Ida", "she", "her"), ("Jack", "he", "his"),
          ("Kofi", "he", "his"), ("Lily", "she", "her"), ("Max", "he", "his"), ("Nora", "she", "her"), ("Omar", "he", "his"),
          ("Pia", "she", "her"), ("Rosa", "she", "her"), ("Sam", "he", "his"), ("Tara", "she", "her"), ("Will", "he", "his"),
          ("Yara", "she", "her"), ("Zoe", "she", "her")]
ANIMALS = "dog cat cow horse sheep goat pig duck hen goose bear lion wolf fox rabbit mouse frog owl bee monkey elephant bird fish turtle squirrel donkey".split()
NATURES = "little big brave shy kind clever lazy hungry lonely happy proud gentle curious tired".split()
PLACES = ["in a small village", "near the river", "in the green forest", "on a farm", "by the sea", "in a big city", "at the foot of a hill",
          "in an old house", "beside a quiet lake", "at the edge of the desert"]
THINGS = "ball boat book kite hat drum bell lamp basket cake coat shoe key apple flower stone box cup blanket ring".split()
WHERE_FOUND = ["under a tree", "behind the house", "in the tall grass", "near the well", "under the bed", "by the road", "on the sand", "in a box"]
WEATHER = ["The sun was shining.", "It rained all day.", "The wind was strong.", "Snow fell on the roofs.", "The night was dark.", "It was a warm morning."]
FEARS = ["the dark", "deep water", "loud noises", "the big wind", "thunder", "high places"]
WISHES = [("learn to swim", "swam across the pond"), ("see the sea", "stood on the beach and looked at the waves"), ("learn to sing", "sang a song for everyone"),
          ("climb the hill", "stood at the top and looked down"), ("find a friend", "was never alone again"), ("learn to read", "read a story aloud"),
          ("plant a garden", "picked the first red flowers"), ("build a house", "slept in a new house"), ("bake a cake", "ate a sweet cake")]
ENDINGS = ["From that day on, they were friends.", "Everyone was happy.", "That night {they} slept well.", "{They} never forgot that day.",
           "{They} went home with a smile.", "And that was the end of a good day."]


def tell_story(random):
    """One story; `random` is a random.Random."""
    pick = random.choice
    if random.random() < 0.5:
        animal, nature = pick(ANIMALS), pick(NATURES)
        hero, they, their = f"the {animal}", "it", "its"
        opening = pick([f"Once there was a {nature} {animal}.", f"Once upon a time a {nature} {animal} lived {pick(PLACES)}.",
                        f"A {nature} {animal} lived {pick(PLACES)}.", f"There once was a {animal}. It was very {nature}."])
        topic = f"A story about a {animal}"
    else:
        hero, they, their = pick(PEOPLE)
        kind = "girl" if they == "she" else "boy"
        opening = pick([f"{hero} was a {pick(NATURES)} {kind}.", f"{hero} lived {pick(PLACES)}.", f"Once there was a {kind} called {hero}.",
                        f"There was a {pick(NATURES)} {kind} named {hero} who lived {pick(PLACES)}."])
        topic = f"A story about {hero}"
    Hero, They = hero[0].upper() + hero[1:], they.capitalize()
    other = pick([a for a in ANIMALS if a not in hero])
    thing, where, (wish, granted), fear = pick(THINGS), pick(WHERE_FOUND), pick(WISHES), pick(FEARS)
    found, helper, friend = pick(["found", "saw"]), pick(["came by and helped", "ran to help", "heard this and helped"]), pick(["friend", "neighbor", "mother", "brother"])
    middles = [
        [f"One day {hero} lost {their} {thing}.", f"{They} looked everywhere, but the {thing} was gone.", f"Then a {other} {helper}.",
         f"Together they {found} the {thing} {where}."],
        [f"{Hero} wanted to {wish}.", f"At first it was hard, and {they} was sad.", f"A {other} said, \"Try again.\"", f"{Hero} tried again and again.",
         f"At last {they} {granted}."],
        [f"One morning {hero} found a {thing} {where}.", f"\"This is not mine,\" said {hero}.", f"{They} asked everyone, and soon a {other} came.",
         f"\"That is my {thing},\" said the {other}. \"Thank you.\""],
        [f"{Hero} was afraid of {fear}.", f"One night {they} heard a small {other} cry.", f"{They} went out to help, and forgot to be afraid of {fear}.",
         f"After that {hero} was brave."],
        [f"{Hero} had a {thing} and would not share it.", f"A {other} wanted to play too, but {hero} said no.", f"Soon {they} was alone and had no fun.",
         f"So {they} gave the {thing} to the {other}, and they played together."],
        [f"{Hero} went to see {their} {friend}.", f"On the way {they} met a hungry {other}.", f"{They} gave the {other} some bread.",
         f"\"You are kind,\" said the {other}, and walked along."],
    ]
    body = [opening] + ([pick(WEATHER)] if random.random() < 0.3 else []) + pick(middles)
    if random.random() < 0.7:
        body.append(pick(ENDINGS).replace("{they}", they).replace("{They}", They))
    text = " ".join(body)
    return f"{topic}.\n{text}" if random.random() < 0.4 else text
