// Plots for the story writer of a child at home and at school: {name}, a {kind} (girl or boy), with {they},
// {them} and {their}. Written as plotsOfAnimals.js.
const CHILD = ["a {kind} named {name}", "{name}"];
const both = (rest) => CHILD.map((child) => `${child} and ${rest}`);

export default [
  {
    about: [...both("the dark"), "a {kind} who was afraid of the dark", "{name} and the {light}"],
    fills: {
      "light verb it": "moon/was/It shines, stars/were/They shine",
      who: "grandmother, grandfather, mother, father",
      did: "hid under the blanket, called for help, held {their} toy bear",
    },
    story: [
      [
        "{name} was afraid of the dark.",
        "There was a {kind} named {name} who was afraid of the dark.",
      ],
      "Every night {they} {did} and could not sleep.",
      "One night {their} {who} took {them} to the window, and there {verb} the {light}.",
      '"{it} for you all night long," said {their} {who}.',
      "?After that {name} slept well.",
    ],
  },
  {
    about: [...both("a seed"), "a seed", "{a plant} in the garden"],
    fills: {
      "plant grew":
        "rose/had opened, pumpkin/had grown big and round, tulip/had opened, turnip/had grown big and round",
      wait: "a week, two weeks, three weeks",
      proud:
        "{name} was very proud., {name} called the whole family to see it., {name} danced for joy.",
    },
    story: [
      [
        "{name} put a small seed into the ground.",
        "In spring {name} found a small seed and planted it.",
      ],
      "Every day {they} gave it water and looked at it.",
      "For {wait} there was nothing, and {they} was sad.",
      "?Then one morning {they} saw a little green leaf.",
      "By summer a fine {plant} {grew}, and {proud}",
    ],
  },
  {
    about: [
      "a {kind} named {name} who learned to {learn}",
      "{name} who wanted to {learn}",
      "a {kind} who wanted to {learn}",
    ],
    fills: {
      "learn failed did":
        "swim/went under water/swam across the pond, ride a bicycle/fell into the grass/rode all the way to school, skate/fell on the ice/skated around the lake, read/mixed up the letters/read a whole page aloud, dance/stepped on everybody's feet/danced until midnight, climb a tree/slid down to the ground/climbed to the very top",
      helper: "brother, sister, friend, uncle, aunt",
    },
    story: [
      ["{name} wanted to {learn}.", "All the children could {learn}, but {name} could not."],
      [
        "At first {they} {failed} and wanted to stop.",
        "The first time {they} {failed}, and the others laughed.",
      ],
      '"Try one more time," said {their} {helper}.',
      "?So {name} tried again and again.",
      "At last {they} {did}, and everyone clapped.",
    ],
  },
  {
    about: [...both("a cake"), "a birthday cake", "{name} and a cake for {their} {who}"],
    fills: {
      "who she": "grandmother/she, grandfather/he, teacher/she, aunt/she, uncle/he",
      need: "sugar, milk, butter, flour",
      from: "the neighbor, an old baker, the woman next door",
    },
    story: [
      [
        "{name} wanted to make a birthday cake for {their} {who}.",
        "It was the birthday of {their} {who}, so {name} began to make a cake.",
      ],
      "But there was no {need} in the house.",
      "{They} went to {from} and asked for some.",
      "In the evening the cake stood on the table with a candle in it.",
      "{name} gave the first piece to {their} {who}, and {she} smiled.",
    ],
  },
  {
    about: [...both("a snowman"), "a snowman", "a {kind} who made a snowman"],
    fills: {
      with: "brother, sister, father, friend",
      hat: "an old hat, a blue hat, a straw hat",
      nose: "carrot, stick, stone",
    },
    story: [
      [
        "In the night there was snow, and in the morning everything was white.",
        "One winter morning {name} woke up and saw snow.",
      ],
      "{name} and {their} {with} made a big snowman in front of the house.",
      "?They gave it {hat} and {a nose} for a nose.",
      "But soon the sun came out, and the snowman grew smaller and smaller.",
      '"We will make a new one next winter," said {name}.',
    ],
  },
  {
    about: [...both("{a pet}"), "a lost {pet}", "a {kind} who found {a pet}"],
    fills: {
      pet: "puppy, kitten, duckling, little bird, lamb",
      state: "wet, cold, hungry, tired",
      where: "by the road, behind the school, under a bush, near the well",
    },
    story: [
      [
        "{name} found a {state} {pet} {where}.",
        "On the way home {name} saw a {state} {pet} {where}.",
      ],
      "{They} took it home and gave it food and a warm bed.",
      "The next day {they} asked all the neighbors, but nobody knew it.",
      '"Then it may stay with us," said {their} mother.',
      "?That night the {pet} slept beside the bed of {name}.",
    ],
  },
  {
    about: [...both("a big coat"), "a coat that was too big", "a {color} coat"],
    fills: {
      color: "brown, green, gray, blue",
      from: "grandfather, uncle, father, brother",
      "weather state": "rain/dry, snow/warm",
    },
    story: [
      [
        "{name} had a {color} coat that was much too big for {them}.",
        "{name} got a {color} coat from {their} {from}, but it was much too big.",
      ],
      "?The other children laughed, and {they} was sad.",
      "On the way home from school it began to {weather}.",
      "The coat was so big that three children could stand under it and stay {state}.",
      "?After that, nobody laughed at the coat again.",
    ],
  },
  {
    about: [...both("{a pet}"), "a fire in the night", "a brave {pet}"],
    fills: {
      "pet called": "dog/barked, cat/meowed, donkey/brayed",
      people: "mother and father, brother and sister, grandmother and grandfather",
      house: "house, barn, kitchen",
    },
    story: [
      [
        "One night there was a fire in the {house}, and everyone was asleep.",
        "It was late at night when a fire began in the {house}.",
      ],
      "Only the {pet} was awake, and it {called} with all its might.",
      "{name} woke up and called {their} {people}.",
      "They threw water on the fire until it was out.",
      "?In the morning everyone thanked the brave {pet}.",
    ],
  },
  {
    about: [
      "{name} on the first day of school",
      "a new {kind} at school",
      "the first day of school",
    ],
    fills: {
      friend: "boy, girl",
      where: "under a tree, on a bench, by the door",
      play: "hide-and-seek, with a ball, in the sand",
    },
    story: [
      [
        "It was the first day of school, and {name} knew nobody.",
        "{name} was new at school and had no friends yet.",
      ],
      "At noon {they} sat alone {where}.",
      'Then a {friend} came and said, "Come and play with us."',
      "?They played {play} until the bell rang.",
      "{name} could not wait for the next day.",
    ],
  },
  {
    about: [
      "{name} and {their} {who}",
      "a {kind} and a book about {topic}",
      "a {kind} who could not read",
    ],
    fills: {
      "who whose": "grandfather/his, grandmother/her",
      topic: "ships, horses, stars, a brave mouse, a lost king",
      eyes: "lost {whose} glasses, broke {whose} glasses, was too tired to read",
    },
    story: [
      [
        "{name} loved a book about {topic}, but {they} could not read it.",
        "{name} could not read yet, but {they} loved {their} book about {topic}.",
      ],
      "Every evening {their} {who} read one page aloud.",
      "One evening the {who} {eyes}.",
      "So {name} looked at the page and began to read it, word by word.",
      '"From now on you will read to me," said the {who}.',
    ],
  },
];
