// Plots for the story writer in which animals act. `about` is what the story may be asked for, `fills`
// the words that go together ("name name": "row/row, row/row"), `story` its sentences: a list is a
// choice, a sentence after "?" may be left out. {a x} puts the article before a word.
export default [
  {
    about: ["{a hero} and a river", "{a hero} and {a helper}", "{a hero} who could not swim"],
    fills: {
      "hero helper":
        "rabbit/turtle, mouse/turtle, mouse/horse, fox/horse, hen/cow, rabbit/horse, squirrel/turtle, cat/elephant, hedgehog/cow, mouse/elephant",
      back: "home, to the forest, to its mother",
    },
    story: [
      [
        "{A hero} stood by a wide river and could not swim.",
        "Once {a hero} came to a river but could not swim.",
      ],
      [
        "?It wanted to go {back}, but the water was deep.",
        "?The water was deep, and the {hero} wanted to go {back}.",
      ],
      'A kind {helper} came by and said, "Sit on my back."',
      [
        "Together they went through the water.",
        "Step by step, the {helper} carried the {hero} over the river.",
      ],
      "?When they were on the other side, the {hero} thanked the {helper}.",
    ],
  },
  {
    about: ["{a hero} and {a guest}", "{a hero} who shared its food", "a hungry {hero}"],
    fills: {
      "hero food":
        "bear/pot of honey, squirrel/bag of nuts, pig/basket of apples, goat/big cabbage, duck/loaf of bread, bear/basket of berries, donkey/bag of corn",
      guest: "mouse, hedgehog, sparrow, rabbit, turtle",
    },
    story: [
      [
        "A hungry {hero} found {a food} under a tree.",
        "One day a hungry {hero} found {a food} in the grass.",
      ],
      [
        "Soon {a guest} came and asked for a little of it.",
        'Soon a little {guest} came and said, "I am hungry too."',
      ],
      "?At first the {hero} said no, but the {guest} looked so sad.",
      "So the {hero} gave half of the food to the {guest}.",
      "?They ate together, and everything tasted better than before.",
    ],
  },
  {
    about: ["{a hero} and a storm", "{a hero} and a cold {guest}", "{a guest} in the rain"],
    fills: {
      hero: "bear, badger, fox, hedgehog, mole",
      guest: "bird, rabbit, mouse, squirrel, frog",
      gave: "a bowl of warm soup, a warm blanket, a cup of hot milk",
    },
    story: [
      ["One dark night there was a big storm.", "It was night, and a storm shook the trees."],
      "{A hero} sat by the fire in its little house when somebody knocked.",
      "At the door stood {a guest}, cold and wet from the rain.",
      '"Come in," said the {hero}, and it gave the {guest} {gave}.',
      "?They told stories until the storm was over.",
    ],
  },
  {
    about: ["a lost {hero}", "{a hero} and {a helper}", "{a hero} who could not find its mother"],
    fills: {
      "hero mother":
        "lamb/sheep, puppy/dog, kitten/cat, foal/horse, piglet/pig, duckling/duck, chick/hen, fawn/deer",
      helper: "fox, goat, donkey, crow, turtle",
      where: "in the tall grass, in the fog, in the dark forest",
    },
    story: [
      ["A little {hero} could not find its mother {where}.", "A little {hero} was lost {where}."],
      "It called and called, but nobody came.",
      'Then a kind {helper} heard it and said, "Do not cry, I will help you."',
      [
        "They walked over the hill and along the road.",
        "They looked behind every tree and behind every stone.",
      ],
      "At last they saw the old {mother}, and the {hero} jumped for joy.",
    ],
  },
  {
    about: ["{a fast} and {a slow}", "a race", "a race between {a fast} and {a slow}"],
    fills: {
      fast: "horse, fox, deer, rabbit, cat",
      slow: "turtle, snail, hedgehog, duck",
      goal: "the old tree, the bridge, the mill, the big stone",
    },
    story: [
      [
        "The {fast} laughed at the {slow} because it was so slow.",
        'Long ago {a fast} said to {a slow}, "Nobody is as slow as you."',
      ],
      '"Let us have a race to {goal}," said the {slow}.',
      "The {fast} ran ahead, but soon it lay down in the sun and fell asleep.",
      "The {slow} did not stop for a moment.",
      "When the {fast} woke up, the {slow} was already at {goal} and had won the race.",
    ],
  },
  {
    about: ["{a big} and {a small}", "{a big} with a thorn in its foot", "a brave {small}"],
    fills: {
      big: "lion, bear, tiger, wolf, elephant",
      small: "mouse, rabbit, squirrel, bird, monkey",
    },
    story: [
      [
        "{A big} had a thorn in its foot and could not walk.",
        "One day {a big} stepped on a thorn and cried with pain.",
      ],
      "All the animals were afraid and stayed far away.",
      "Only a brave little {small} came near and pulled out the thorn.",
      '"You are small, but you have a big heart," said the {big}.',
      "?From that day on, they were friends.",
    ],
  },
  {
    about: ["two {heroes} on a bridge", "two {heroes} and a bridge"],
    fills: {
      heroes: "goats, sheep, donkeys, pigs, dogs, cows, horses",
    },
    story: [
      [
        "Two {heroes} met in the middle of a small bridge.",
        "There was a small bridge, and one day two {heroes} met on it.",
      ],
      ['?Each of them said, "I go first."', '?Both of them said, "This is my bridge."'],
      "They pushed and pushed until both fell into the cold water.",
      "?Wet and tired, they climbed out.",
      [
        "The next day one of them waited, and both came home dry.",
        "After that they went over the bridge one after the other.",
      ],
    ],
  },
  {
    about: ["{a hero} and the moon", "{a hero} and {a wise}", "the moon in the pond"],
    fills: {
      hero: "fox, bear, monkey, goose, donkey, wolf",
      wise: "owl, turtle, crow",
      tool: "a long stick, a net, a bucket",
    },
    story: [
      [
        "One night {a hero} saw the moon in a pond.",
        "{A hero} came to a pond at night and saw the moon in it.",
      ],
      '"The moon has fallen into the water," it said, and it was afraid.',
      "It took {tool} and tried to get the moon out of the pond.",
      'An old {wise} watched it and said, "Look up."',
      "There was the moon in the sky, and the {hero} laughed.",
    ],
  },
  {
    about: [
      "{a hero} who liked to sing",
      "{a hero}",
      "a song in the night",
      "{a hero} and its song",
    ],
    fills: {
      hero: "frog, donkey, crow, goose, cricket, wolf",
      lost: "in a dark forest, in the fog, in the snow",
      where: "by the pond, on a hill, behind the barn",
    },
    story: [
      [
        "There was {a hero} who liked to sing, but nobody liked its song.",
        "{A hero} sang every day, and the other animals were angry about its song.",
      ],
      "So it went away and sang alone {where}.",
      "One night the other animals lost their way {lost}.",
      "They heard the song of the {hero} and followed it home.",
      '?"Please sing for us every night," they said.',
    ],
  },
  {
    about: ["a proud {hero}", "{a hero} who wanted to be big", "a hunter and {a hero}", "{a hero}"],
    fills: {
      "hero big": "mouse/an elephant, frog/a cow, cat/a lion, hedgehog/a bear, mole/a horse",
      friend: "snail, turtle, hedgehog, bee",
      hole: "a hole in the wall, a little hole in the ground, a narrow hole under a stone",
    },
    story: [
      [
        "A proud {hero} wanted to be as big as {big}.",
        "There was once a proud {hero}, and it wanted to be as big as {big}.",
      ],
      "It ate all day, but it stayed as small as it was.",
      "One day a hunter came, and the big animals could not hide.",
      "The little {hero} hid in {hole}, and nobody saw it.",
      '"It is good to be small," it said to its friend, {a friend}.',
    ],
  },
  {
    about: ["{a hero} and a new coat", "{a hero} who was cold", "{a hero} and some sheep"],
    fills: {
      hero: "mouse, hedgehog, frog, turtle, mole, fox",
      time: "Winter came, The first snow fell, The nights grew long",
      color: "red, white, brown, yellow",
    },
    story: [
      "{time}, and {a hero} was so cold that it could not sleep.",
      "It went to the sheep on the hill and asked for help.",
      "Each sheep gave it a little wool.",
      "A spider made a {color} coat out of the wool.",
      "?Now the {hero} was warm, and it slept until spring.",
    ],
  },
  {
    about: ["{a hero}", "{a hero} and a mirror", "{a hero} who was alone", "a lonely {hero}"],
    fills: {
      hero: "cat, parrot, monkey, dog, goat, donkey",
      home: "an empty house, an old castle, a big barn",
      other: "mouse, rabbit, robin, squirrel",
    },
    story: [
      ["A lonely {hero} lived in {home}.", "In {home} there lived a lonely {hero}."],
      "One day it saw itself in a mirror and thought that it had found a friend.",
      "It spoke to the mirror, but the mirror never gave an answer.",
      '{A other} at the window saw this and said, "I can talk, and I can play."',
      "From then on the two were together every day.",
    ],
  },
];
