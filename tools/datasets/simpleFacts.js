// The facts behind datasets/simple-answers.jsonl and the ways to ask about them. General knowledge,
// written for this project.

/** "hot/cold, big/small" → [["hot", "cold"], …] */
const pairs = (text) => text.split(", ").map((pair) => pair.split("/"));

const OPPOSITES = pairs(
  "hot/cold, big/small, happy/sad, fast/slow, open/closed, day/night, hard/soft, loud/quiet, wet/dry, " +
    "clean/dirty, full/empty, rich/poor, strong/weak, early/late, thick/thin, heavy/light, high/low, " +
    "left/right, first/last, sweet/bitter, rough/smooth, sharp/dull, wide/narrow, deep/shallow, " +
    "cheap/expensive, easy/difficult, tight/loose, north/south, inside/outside, morning/evening",
);
const YOUNG = pairs(
  "dog/puppy, cat/kitten, cow/calf, horse/foal, sheep/lamb, goat/kid, pig/piglet, duck/duckling, " +
    "hen/chick, goose/gosling, bear/cub, lion/cub, wolf/pup, deer/fawn, frog/tadpole, kangaroo/joey, " +
    "swan/cygnet, owl/owlet, seal/pup, elephant/calf, eagle/eaglet, fox/cub",
);
const SOUNDS = pairs(
  "dog/barks, cat/meows, cow/moos, horse/neighs, sheep/bleats, pig/oinks, duck/quacks, hen/clucks, " +
    "lion/roars, wolf/howls, frog/croaks, owl/hoots, snake/hisses, bee/buzzes, mouse/squeaks, " +
    "crow/caws, goose/honks, bear/growls, dove/coos, cricket/chirps",
);
const COLORS = pairs(
  "grass/green, the sky/blue, a banana/yellow, snow/white, coal/black, blood/red, a lemon/yellow, " +
    "milk/white, a ripe tomato/red, a frog/green, the sun/yellow, chocolate/brown, a carrot/orange, " +
    "a crow/black, salt/white, a leaf/green, the sea/blue, a strawberry/red, gold/yellow, ink/black, " +
    "a cherry/red, mud/brown, a flamingo/pink, a plum/purple",
);
const CAPITALS = pairs(
  "France/Paris, England/London, Italy/Rome, Spain/Madrid, Germany/Berlin, Portugal/Lisbon, " +
    "Greece/Athens, Egypt/Cairo, Japan/Tokyo, China/Beijing, India/Delhi, Russia/Moscow, Canada/Ottawa, " +
    "Peru/Lima, Chile/Santiago, Cuba/Havana, Kenya/Nairobi, Norway/Oslo, Sweden/Stockholm, " +
    "Finland/Helsinki, Denmark/Copenhagen, Poland/Warsaw, Austria/Vienna, Hungary/Budapest, " +
    "Turkey/Ankara, Iran/Tehran, Iraq/Baghdad, Ireland/Dublin, Belgium/Brussels, Switzerland/Bern, " +
    "Ghana/Accra, Vietnam/Hanoi, Thailand/Bangkok, Nepal/Kathmandu, Australia/Canberra, " +
    "Romania/Bucharest, Bulgaria/Sofia, Syria/Damascus, Morocco/Rabat, Uganda/Kampala",
);
const JOBS = pairs(
  "baker/bakes bread, farmer/grows food, teacher/teaches children, doctor/helps sick people, " +
    "tailor/sews clothes, carpenter/works with wood, blacksmith/works with iron, " +
    "gardener/looks after plants, painter/paints pictures, writer/writes books, " +
    "sailor/sails on the sea, cook/cooks meals, hunter/hunts animals, king/rules a country, " +
    "singer/sings songs, butcher/sells meat, nurse/takes care of the sick, pilot/flies airplanes, " +
    "driver/drives a car, builder/builds houses, shoemaker/makes shoes, barber/cuts hair, " +
    "librarian/looks after books, dentist/looks after teeth",
);
const KINDS = pairs(
  "apple/fruit, pear/fruit, banana/fruit, grape/fruit, plum/fruit, carrot/vegetable, potato/vegetable, " +
    "onion/vegetable, cabbage/vegetable, horse/animal, lion/animal, elephant/animal, robin/bird, " +
    "eagle/bird, sparrow/bird, parrot/bird, rose/flower, daisy/flower, tulip/flower, oak/tree, pine/tree, " +
    "willow/tree, salmon/fish, trout/fish, shark/fish, hammer/tool, saw/tool, spade/tool, ant/insect, " +
    "beetle/insect, chair/piece of furniture, bed/piece of furniture, violin/musical instrument, " +
    "drum/musical instrument, flute/musical instrument",
);
const PAST = pairs(
  "go/went, see/saw, eat/ate, run/ran, give/gave, take/took, make/made, sing/sang, write/wrote, " +
    "speak/spoke, find/found, fly/flew, swim/swam, drink/drank, sleep/slept, bring/brought, buy/bought, " +
    "catch/caught, teach/taught, think/thought, fall/fell, grow/grew, throw/threw, break/broke, " +
    "drive/drove, tell/told, sell/sold, stand/stood, win/won, lose/lost",
);
const PLURALS = pairs(
  "child/children, man/men, woman/women, mouse/mice, foot/feet, tooth/teeth, goose/geese, leaf/leaves, " +
    "knife/knives, wolf/wolves, baby/babies, city/cities, box/boxes, dish/dishes, shelf/shelves, " +
    "berry/berries, fox/foxes, hero/heroes, story/stories, watch/watches",
);
const NUMBERS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );
/** Sums with one side up to ten, a third of all: enough to be a kind among others. */
const SUMS = Array.from({ length: 10 }, (_, i) => i + 1).flatMap((a) =>
  Array.from({ length: 10 }, (_, j) => [a, j + 1]).filter(([, b]) => (a + 2 * b) % 3 === 0),
);

const withArticle = (word) => `${/^[aeiou]/i.test(word) ? "an" : "a"} ${word}`;
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/**
 * `family` keeps facts together that give each other away (hot is to cold as cold is to hot);
 * `short` is the same fact as a bare word for a bare word, with an input.
 */
const fact = (group, key, family, answer, questions, short) => ({
  group,
  key,
  family,
  answer,
  questions,
  ...(short && { short: { questions: short.questions, record: short.record } }),
});
const short = (input, output, ...questions) => ({ questions, record: { input, output } });

export const FACTS = [
  ...OPPOSITES.flatMap(([a, b]) =>
    [
      [a, b],
      [b, a],
    ].map(([word, other]) =>
      fact(
        "opposite",
        word,
        a,
        `The opposite of ${word} is ${other}.`,
        [`What is the opposite of ${word}?`, `Name the opposite of ${word}.`],
        short(word, other, "Write the opposite of the word."),
      ),
    ),
  ),
  ...YOUNG.map(([animal, young]) =>
    fact("baby", animal, animal, `A baby ${animal} is called ${withArticle(young)}.`, [
      `What is a baby ${animal} called?`,
      `What do we call a young ${animal}?`,
    ]),
  ),
  ...SOUNDS.map(([animal, sound]) =>
    fact("sound", animal, animal, sentence(`${withArticle(animal)} ${sound}`), [
      `What sound does ${withArticle(animal)} make?`,
      `How does ${withArticle(animal)} sound?`,
    ]),
  ),
  ...COLORS.map(([thing, color]) =>
    fact(
      "color",
      thing,
      thing,
      sentence(`${thing} is ${color}`),
      [`What color is ${thing}?`, `Tell me the color of ${thing}.`],
      short(thing, color, "Name the color."),
    ),
  ),
  ...CAPITALS.map(([country, city]) =>
    fact(
      "capital",
      country,
      country,
      `The capital of ${country} is ${city}.`,
      [`What is the capital of ${country}?`, `Which city is the capital of ${country}?`],
      short(country, city, "Name the capital of the country."),
    ),
  ),
  ...JOBS.map(([person, work]) =>
    fact("job", person, person, sentence(`${withArticle(person)} ${work}`), [
      `What does ${withArticle(person)} do?`,
      `Tell me what ${withArticle(person)} does.`,
    ]),
  ),
  ...KINDS.map(([thing, kind]) =>
    fact("kind", thing, thing, sentence(`${withArticle(thing)} is ${withArticle(kind)}`), [
      `What kind of thing is ${withArticle(thing)}?`,
      `What is ${withArticle(thing)}?`,
    ]),
  ),
  ...PAST.map(([verb, past]) =>
    fact(
      "past",
      verb,
      verb,
      `The past tense of ${verb} is ${past}.`,
      [`What is the past tense of ${verb}?`, `Give the past tense of ${verb}.`],
      short(verb, past, "Put the verb in the past tense."),
    ),
  ),
  ...PLURALS.map(([one, many]) =>
    fact(
      "plural",
      one,
      one,
      `The plural of ${one} is ${many}.`,
      [`What is the plural of ${one}?`, `Give the plural of ${one}.`],
      short(one, many, "Write the plural of the word."),
    ),
  ),
  ...SUMS.map(([a, b]) =>
    fact(
      "sum",
      `${NUMBERS[a]} plus ${NUMBERS[b]}`,
      `${Math.min(a, b)}+${Math.max(a, b)}`,
      sentence(`${NUMBERS[a]} plus ${NUMBERS[b]} is ${NUMBERS[a + b]}`),
      [`What is ${NUMBERS[a]} plus ${NUMBERS[b]}?`, `Add ${NUMBERS[a]} and ${NUMBERS[b]}.`],
    ),
  ),
];
