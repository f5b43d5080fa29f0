// Plots for the story writer of kings, farmers, fishermen and a cloud. Written as plotsOfAnimals.js.
export default [
  {
    about: ["a little cloud", "a cloud and some {plants}", "a sad cloud"],
    fills: {
      plants: "flowers, trees, roses, beans, tulips",
      place: "in a dry garden, on a dry hill, in a small field",
    },
    story: [
      [
        "A little cloud was sad because it was so small.",
        "High up in the air there was a little cloud, and it was sad.",
      ],
      '"What can I do in this big world," it thought.',
      "Far below, {place}, some {plants} were dry and weak.",
      "The cloud began to rain on them, and it rained all day.",
      'In the evening the {plants} stood up and said, "Thank you, little cloud."',
    ],
  },
  {
    about: ["a fisherman and a fish", "a poor fisherman", "a {color} fish"],
    fills: {
      color: "golden, silver, red, blue, green",
      time: "One morning, Late one evening, One cold day, Long ago",
      share:
        "gave the rest to the poor, shared the rest with the village, gave the rest to his neighbors",
    },
    story: [
      "{time} a poor fisherman found a {color} fish in his net.",
      '"Let me go, and you will not be hungry again," said the fish.',
      "The fisherman was kind and put the fish back into the sea.",
      "?He went home with nothing in his hands.",
      "The next day his net was full, and he {share}.",
    ],
  },
  {
    about: ["{a thief} and a farmer", "a farmer and some {plants}", "a hungry {thief}"],
    fills: {
      thief: "rabbit, goat, deer, pig, donkey",
      plants: "cabbages, turnips, beans, apples, pears",
      hid: "behind a wall, behind a tree, in the barn",
    },
    story: [
      [
        "A farmer had many {plants}, but every night some of them were gone.",
        "Every night somebody took {plants} from a farmer.",
      ],
      "So the farmer sat down {hid} and waited.",
      "At midnight {a thief} came, and it was very thin and hungry.",
      '"Come in the daytime, and I will give you some," said the farmer.',
      "After that the {thief} came every day, and nothing was taken at night.",
    ],
  },
  {
    about: ["a bird and {a thing}", "a nest in {a thing}", "a bird who looked for a home"],
    fills: {
      thing: "hat, boot, basket, bucket, pot, coat",
      where: "behind a barn, beside a road, in a garden, under a bench",
      number: "two, three, four",
    },
    story: [
      [
        "A bird looked everywhere for a good place for its nest.",
        "It was spring, and a bird wanted to make a nest.",
      ],
      "At last it found an old {thing} {where}.",
      "A farmer came to get the {thing}, but then he saw {number} small eggs in it.",
      '"You need it more than I do," he said, and he went away softly.',
      "?Soon {number} young birds sat in the {thing} and sang.",
    ],
  },
  {
    about: ["a king and his {thing}", "a king who lost his {thing}", "a king and {a finder}"],
    fills: {
      thing: "ring, crown, golden key, sword",
      "finder they": "shepherd/he, little girl/she, poor boy/he, old woman/she",
      wish: "a warm coat, a little garden, a loaf of bread, a young horse",
      where: "in the grass, in a stream, under a bush",
    },
    story: [
      [
        "Long ago there was a king who lost his {thing}.",
        "A king could not find his {thing}, and he was very sad.",
      ],
      "?The whole castle looked for it, but nobody could find it.",
      "Then {a finder} saw it shine {where} and brought it to the king.",
      '"You may ask for anything," said the king.',
      "The {finder} asked only for {wish}, and {they} went home happy.",
    ],
  },
];
