// Plots for the story writer of a child in the village, on the hill and by the sea. Written as plotsAtHome.js.
const CHILD = ["a {kind} named {name}", "{name}"];
const both = (rest) => CHILD.map((child) => `${child} and ${rest}`);

export default [
  {
    about: [...both("{a thing}"), "a {kind} who lost {their} {thing}", "a lost {thing}"],
    fills: {
      thing: "ball, doll, drum, kite, toy horse, toy boat",
      color: "red, blue, green, yellow",
      other: "dog, crow, donkey, goat",
      "place verb": "under the bench/lay, behind the barn/lay, by the pond/lay",
    },
    story: [
      [
        "{name} had a {color} {thing} and played with it every day.",
        "A {color} {thing} was the best thing that {name} had.",
      ],
      ["One day the {thing} was gone.", "But one morning it was gone."],
      "{They} looked in the house and in the garden, but {they} could not find it.",
      'Then {a other} came and said, "I saw it {place}."',
      "There it {verb}, and {name} carried it home.",
    ],
  },
  {
    about: [...both("a kite"), "a {color} kite", "a kite and {a helper}"],
    fills: {
      color: "red, blue, yellow, green, white",
      helper: "bird, squirrel, monkey",
      gave: "a piece of bread, an apple, a sweet pear",
    },
    story: [
      [
        "It was a windy day, and {name} took {their} {color} kite to the hill.",
        "{name} made a {color} kite and ran to the hill with it.",
      ],
      [
        "The kite flew up and up until the string broke.",
        "Up went the kite, but the wind was strong and the string broke.",
      ],
      "It came down in a tall tree, and {name} could not reach it.",
      "Then {a helper} took it out of the tree and brought it back.",
      "{name} thanked the {helper} and gave it {gave}.",
    ],
  },
  {
    about: [...both("{a boat}"), "{a boat} on the {water}", "a {kind} who made {a boat}"],
    fills: {
      boat: "little boat, paper boat, toy ship",
      water: "lake, pond, river",
      who: "fisherman, farmer, miller, shepherd",
    },
    story: [
      [
        "{name} made {a boat} and put it on the {water}.",
        "One morning {name} took {a boat} to the {water}.",
      ],
      "The wind came and carried the {boat} away.",
      "{name} ran along the water and called after it.",
      "A {who} heard {them} and pulled it out with a stick.",
      '"You made a good one," said the {who}, and he gave it back.',
    ],
  },
  {
    about: [
      "an old {who} and a {kind} named {name}",
      "an old {who} who was alone",
      "a kind {kind}",
    ],
    fills: {
      "who she": "woman/she, man/he",
      "need some":
        "wood for the fire/some wood, bread in the house/some bread, water from the well/some water, salt in the kitchen/some salt",
      where: "at the edge of the village, in a house on the hill, near the mill",
    },
    story: [
      ["An old {who} lived alone {where}.", "{Where} lived an old {who} who had no family."],
      "One cold day there was no more {need}, and {she} was too weak to get any.",
      "A {kind} named {name} saw it and brought {some}.",
      "?The old {who} cooked soup for them both and told old stories.",
      "From then on {name} came every Saturday.",
    ],
  },
  {
    about: [...both("a star"), "a star and a wish", "a {kind} who wanted a friend"],
    fills: {
      friend: "boy, girl",
      play: "hide-and-seek, football, with the dog",
      gift: "a cake, some apples, a basket of pears",
    },
    story: [
      [
        "Every night {name} looked at one bright star and wished for a friend.",
        "{name} saw a bright star and wished for a friend.",
      ],
      [
        "One day a new family came to live next door.",
        "The next week a new family moved into the house next door.",
      ],
      "?{name} brought them {gift}.",
      "?They had a {friend} who liked to play {play}.",
      "That night {name} looked up at the star and said thank you.",
    ],
  },
  {
    about: ["{a vehicle} and {a animal}", "{a animal} on the road", "{name} and {a vehicle}"],
    fills: {
      vehicle: "bus, truck, tractor",
      animal: "cow, sheep, goat, donkey",
      gave: "an apple, some bread, some salt, a turnip",
    },
    story: [
      [
        "A {vehicle} had to stop because {a animal} stood on the road.",
        "{A animal} stood on the road, so the {vehicle} could not go on.",
      ],
      "?The driver called and waved his arms, but the {animal} did not move.",
      "Then {name} came with {gave} in {their} hand.",
      "The {animal} followed {them} into the field.",
      "?Everyone clapped, and the {vehicle} drove on.",
    ],
  },
  {
    about: ["a {kind} and a coin", "{name} at the market", "{name} and an old {who}"],
    fills: {
      "who he": "man/he, woman/she",
      want: "a toy, a ball, a ring, a doll",
      made: "little horse, flute, spoon, small bird",
    },
    story: [
      [
        "{name} went to the market with one coin to buy {want}.",
        "With one coin in {their} hand, {name} went to the market to buy {want}.",
      ],
      "On the way {they} met an old {who} who was very hungry.",
      "{name} bought bread with the coin and gave it to the old {who}.",
      "Then the old {who} took a piece of wood and made a {made} out of it.",
      '"This is for you, because you are kind," {he} said.',
    ],
  },
  {
    about: [...both("{a bird}"), "{a bird} with a broken wing", "a {kind} who helped {a bird}"],
    fills: {
      bird: "robin, dove, owl, swallow, crow",
      bed: "in a box, in a basket, in an old hat",
      time: "a week, a month, ten days",
    },
    story: [
      [
        "{name} found {a bird} with a broken wing in the garden.",
        "In the garden lay {a bird} that could not fly, and {name} found it.",
      ],
      "{They} made a soft bed for it {bed}.",
      "For {time}, {they} gave it food and water every morning.",
      "When the wing was strong again, {name} took the {bird} to the window.",
      "The {bird} flew away, but every spring it came back and sang for {them}.",
    ],
  },
  {
    about: [...both("the sea"), "{name} and a shell", "a shell from the sea"],
    fills: {
      with: "grandmother, grandfather, mother, father, aunt",
      size: "big, white, little, brown",
      home: "in the city, in the mountains, in the village",
    },
    story: [
      [
        "{name} went to the sea for the first time.",
        "In summer {name} went to the sea with {their} {with}.",
      ],
      "{They} found a {size} shell in the sand and held it to one ear.",
      "Inside it {they} heard the waves.",
      "{They} took the shell home and put it beside the bed.",
      "Far away {home}, {name} could still hear the sea.",
    ],
  },
  {
    about: ["a dry well and {a animal}", "{a animal} who found water", "a village without water"],
    fills: {
      animal: "goat, donkey, dog, horse, pig",
      place: "behind the church, under an old tree, near the mill, beside a gray rock",
      long: "a month, a whole summer, a year",
    },
    story: [
      [
        "For {long} it did not rain, and the well of the village was dry.",
        "The well of a small village was dry, for there was no rain for {long}.",
      ],
      "{name} saw that {their} {animal} scratched the ground {place} every day.",
      '"There must be water down there," said {name}.',
      "The people made a hole, and clear water came up.",
      "Everyone was happy, and the {animal} was the first to drink.",
    ],
  },
  {
    about: [...both("{a drum}"), "{a drum} in the fog", "a {kind} with {a drum}"],
    fills: {
      "drum played": "drum/beat the drum, horn/blew the horn, bell/rang the bell",
      angry: "asked {them} to stop, shut their windows, shook their heads",
      who: "fishermen, sailors, men in the boats",
    },
    story: [
      [
        "{name} {played} all day long, and the neighbors {angry}.",
        "The neighbors of {name} {angry} when {they} {played}.",
      ],
      "One evening there was fog, and the {who} could not find the way home.",
      "{name} stood by the sea and {played} again and again.",
      "The {who} followed the sound and came safely to land.",
      "?Nobody was angry about the {drum} after that.",
    ],
  },
];
