import { defineGroup, rows } from "../define.js";

const young = defineGroup({
  name: "young",
  title: "Animals and their young",
  rows: rows(
    `dog/puppy|pup, cat/kitten, cow/calf, horse/foal, sheep/lamb, goat/kid, pig/piglet, duck/duckling,
    hen/chick, goose/gosling, bear/cub, lion/cub, tiger/cub, fox/cub|kit, wolf/pup|cub, deer/fawn,
    frog/tadpole, kangaroo/joey, koala/joey, swan/cygnet, owl/owlet, seal/pup, elephant/calf,
    whale/calf, giraffe/calf, dolphin/calf, eagle/eaglet, rabbit/kit|bunny|kitten, hare/leveret,
    beaver/kit, bat/pup, donkey/foal, zebra/foal, leopard/cub, butterfly/caterpillar,
    hedgehog/hoglet, camel/calf, rhinoceros/calf, buffalo/calf`,
  ),
  articles: ["subject", "answer"],
  topic: "a baby {s}",
  says: [
    "A baby {s} is called {na}.",
    "{NA} is a baby {s}.",
    "The young of {ns} is called {na}.",
    "We call a young {s} {na}.",
    "{name} saw a baby {s}. It was {na}.",
    "Every {s} was once {na}.",
  ],
});

const sound = defineGroup({
  name: "sound",
  title: "Animal sounds",
  rows: rows(
    `dog/barks, cat/meows, cow/moos, horse/neighs, sheep/bleats|baas, pig/oinks|grunts, duck/quacks,
    hen/clucks, rooster/crows, lion/roars, wolf/howls, frog/croaks, owl/hoots, snake/hisses,
    bee/buzzes|hums, mouse/squeaks, crow/caws, goose/honks, bear/growls, dove/coos, cricket/chirps,
    donkey/brays, elephant/trumpets, turkey/gobbles, goat/bleats, monkey/chatters, sparrow/chirps,
    tiger/roars, hyena/laughs, parrot/talks`,
  ),
  articles: ["subject"],
  topic: "the sound of {ns}",
  says: [
    "{NS} {a}.",
    "The {s} {a}.",
    "When {ns} makes its sound, it {a}.",
    "On the farm and in the wild, {ns} {a}.",
    "{name} heard {ns}. {NS} {a}.",
    "{NS} is an animal that {a}.",
  ],
});

const home = defineGroup({
  name: "home",
  title: "Animal homes",
  rows: rows(
    `bird/a nest, bee/a hive|a beehive, spider/a web, rabbit/a burrow|a hole|a warren, fox/a den|a hole,
    dog/a kennel|a doghouse, horse/a stable, pig/a sty|a pigsty, hen/a coop|a henhouse, ant/an anthill|a nest,
    beaver/a lodge|a dam, cow/a barn|a shed, camel/the desert, whale/the sea|the ocean,
    dolphin/the sea|the ocean, shark/the sea|the ocean, frog/a pond, polar bear/the Arctic,
    mole/a tunnel|a hole|a burrow, badger/a sett|a burrow, bat/a cave, crocodile/a river,
    snail/a shell, goldfish/a bowl|a tank, squirrel/a tree, monkey/the jungle|the forest,
    wasp/a nest, octopus/the sea|the ocean, gorilla/the forest|the jungle, giraffe/the savanna`,
  ),
  articles: ["subject"],
  topic: "the home of {ns}",
  says: [
    "{NS} lives in {a}.",
    "The home of {ns} is {a}.",
    "{A} is the home of {ns}.",
    "The {s} makes its home in {a}.",
    "{name} saw {ns} in {a}. {NS} lives in {a}.",
  ],
});

const food = defineGroup({
  name: "food",
  title: "What animals eat",
  rows: rows(
    `cow/grass, horse/hay|grass|oats, rabbit/carrots|grass|leaves, squirrel/nuts, mouse/seeds|cheese|grain,
    monkey/bananas|fruit, panda/bamboo, koala/leaves, lion/meat, tiger/meat, wolf/meat, shark/fish|meat,
    penguin/fish, seal/fish, pelican/fish, frog/flies|insects, spider/flies|insects, bat/insects, hen/grain|corn|seeds,
    sparrow/seeds, caterpillar/leaves, giraffe/leaves, sheep/grass, zebra/grass, owl/mice,
    anteater/ants, blackbird/worms, dog/bones|meat, otter/fish, kangaroo/grass`,
  ),
  articles: ["subject"],
  topic: "the food of {ns}",
  says: [
    "{NS} eats {a}.",
    "The {s} eats {a}.",
    "The food of {ns} is {a}.",
    "{name} gave {a} to {ns}, because {ns} eats {a}.",
    "{name} saw {ns}. It was eating {a}.",
    "When {ns} is hungry, it eats {a}.",
  ],
});
const parts = defineGroup({
  name: "parts",
  title: "How many legs, wheels and sides",
  rows: rows(
    `spider/eight legs, ant/six legs, bee/six legs, fly/six legs, beetle/six legs, butterfly/six legs,
    dog/four legs, cat/four legs, horse/four legs, cow/four legs, sheep/four legs, elephant/four legs,
    lion/four legs, frog/four legs, hen/two legs, duck/two legs, owl/two legs, person/two legs, crab/ten legs,
    scorpion/eight legs, octopus/eight arms, squid/ten arms, starfish/five arms, bicycle/two wheels,
    tricycle/three wheels, car/four wheels, wheelbarrow/one wheel, scooter/two wheels,
    triangle/three sides, square/four sides, rectangle/four sides, pentagon/five sides,
    hexagon/six sides, octagon/eight sides, cube/six faces, hand/five fingers, foot/five toes,
    snowflake/six points, guitar/six strings, violin/four strings, chess board/sixty-four squares,
    rainbow/seven colors, camel/four legs`,
  ),
  articles: ["subject"],
  topic: "the {unit} of {ns}",
  says: [
    "{NS} has {a}.",
    "The {s} has {a}.",
    "Every {s} has {a}.",
    "{name} counted the {unit} of {ns}. {NS} has {a}.",
    "You can count {a} on {ns}.",
  ],
});
const ANIMAL_GROUPS = [young, sound, home, food, parts];
export default ANIMAL_GROUPS;
