import { defineGroup, rows } from "../define.js";

const job = defineGroup({
  name: "job",
  title: "What people do at work",
  rows: rows(
    `baker/bakes bread, farmer/grows food, teacher/teaches children, doctor/helps sick people,
    tailor/sews clothes, carpenter/works with wood, blacksmith/works with iron,
    gardener/looks after plants, painter/paints pictures, writer/writes books,
    sailor/sails on the sea, cook/cooks meals, hunter/hunts animals, king/rules a country,
    singer/sings songs, butcher/sells meat, nurse/takes care of sick people, pilot/flies airplanes,
    driver/drives a car, builder/builds houses, shoemaker/makes shoes, barber/cuts hair,
    librarian/looks after books, dentist/looks after teeth, fisherman/catches fish,
    firefighter/puts out fires, postman/brings letters, shepherd/looks after sheep, dancer/dances,
    waiter/serves food, judge/decides in court, soldier/fights in wars, astronaut/flies into space,
    plumber/mends pipes, vet/helps sick animals, florist/sells flowers, jeweler/makes jewelry,
    miner/digs for coal, photographer/takes pictures, poet/writes poems, mechanic/mends cars,
    potter/makes pots, weaver/makes cloth, tourist/visits new places, student/learns at school,
    beekeeper/looks after bees, cleaner/cleans rooms, actor/acts in plays, referee/watches over a game,
    milkman/brings milk`,
  ),
  articles: ["subject"],
  topic: "the work of {ns}",
  says: [
    "{NS} {a}.",
    "{NS} is a person who {a}.",
    "The {s} {a}.",
    "{name} is {ns}. {NS} {a}.",
    "The work of {ns} is known to all: {ns} {a}.",
    "A person who {a} is {ns}.",
  ],
});

const workplace = defineGroup({
  name: "workplace",
  title: "Where people work",
  rows: rows(
    `teacher/a school, doctor/a hospital, nurse/a hospital,  baker/a bakery, cook/a kitchen,
    waiter/a restaurant, librarian/a library, miner/a mine, judge/a court,
    actor/a theater, pilot/an airplane|a plane, priest/a church, clown/a circus,
    scientist/a laboratory|a lab, mechanic/a garage, zookeeper/a zoo,
    astronaut/space, cashier/a shop|a store, butcher/a shop, forester/a forest`,
  ),
  articles: ["subject"],
  topic: "where {ns} works",
  says: [
    "{NS} works in {a}.",
    "The {s} works in {a}.",
    "{A} is where {ns} works.",
    "{name} is {ns} and works in {a}.",
    "In {a} you can see {ns} at work.",
  ],
});

const place = defineGroup({
  name: "place",
  title: "Where to find things",
  rows: rows(
    `bread/a bakery, books/a library, planes/an airport, trains/a station, ships/a harbor,
    stars/the sky, fish/the water|the sea, trees/a forest|a wood, sand/the desert|a beach, flowers/a garden,
    money/a bank|a purse, paintings/a museum, wild animals/a zoo|the forest, pupils/a school, cars/a garage|the street,
    clothes/a wardrobe|a closet, pots/a kitchen, beds/a bedroom, letters/a mailbox, cold milk/a fridge|a refrigerator,
    movies/a cinema|a theater, coal/a mine, medicine/a pharmacy|a hospital, monks/a monastery, prisoners/a prison,
    grapes/a vineyard, apples/an orchard, bees/a hive, clouds/the sky`,
  ),
  topic: "where to find {s}",
  says: [
    "You can find {s} in {a}.",
    "In {a} you can find {s}.",
    "{A} is a place for {s}.",
    "{name} found {s} in {a}.",
    "Look for {s} in {a}.",
  ],
});

const body = defineGroup({
  name: "body",
  title: "What the body does",
  rows: rows(
    `see/eyes, hear/ears, smell/nose|noses, taste/tongue|tongues, walk/legs|feet, think/brain|brains, chew/teeth, breathe/lungs|nose|noses,
    kick/feet|foot|legs, clap/hands, point/fingers|finger, hug/arms, kneel/knees, kiss/lips, blink/eyes, bite/teeth, wave/hands|hand, listen/ears,
    nod/head|heads, digest food/stomach|stomachs, pump blood/heart|hearts, catch a ball/hands, lick/tongue|tongues, whistle/lips|mouth, type/fingers, feel/skin|hands|fingers`,
  ),
  topic: "how we {s}",
  says: [
    "We {s} with our {a}.",
    "With our {a} we {s}.",
    "Our {a} help us to {s}.",
    "People {s} with their {a}.",
    "{name} and Sam can {s} with their {a}.",
  ],
});
for (const fact of body.facts.filter((fact) => !/s$|feet|teeth/.test(fact.answer))) {
  fact.statements = fact.statements.map((text) => text.replace(" help us ", " helps us "));
}

const female = defineGroup({
  name: "female",
  title: "Words for women and female animals",
  rows: rows(
    `king/queen, prince/princess, uncle/aunt, brother/sister, father/mother, son/daughter, husband/wife,
    boy/girl, man/woman, grandfather/grandmother, nephew/niece, actor/actress, waiter/waitress, hero/heroine,
    lion/lioness, bull/cow, rooster/hen, ram/ewe, stallion/mare, duke/duchess, wizard/witch, lord/lady,
    emperor/empress, drake/duck, tiger/tigress, stag/doe|hind, monk/nun, host/hostess, gentleman/lady,
    godfather/godmother, grandson/granddaughter, god/goddess, groom/bride, gander/goose, boar/sow`,
  ),
  topic: "the female of {s}",
  says: [
    "The female of {s} is {a}.",
    "{A} is the female of {s}.",
    "The male word is {s} and the female word is {a}.",
    "For a male we say {s}, and for a female we say {a}.",
    "{name} wrote {s} for the male and {a} for the female.",
  ],
});

const KINDS = {
  fruit: "apple, pear, banana, grape, plum, peach, cherry, mango, lemon, apricot",
  vegetable: "carrot, potato, onion, cabbage, turnip, cucumber, leek, radish",
  animal: "horse, lion, elephant, rabbit, fox, camel, donkey, giraffe",
  bird: "robin, eagle, sparrow, parrot, owl, swan, pigeon, penguin",
  flower: "rose, daisy, tulip, lily, violet, sunflower",
  tree: "oak, pine, willow, birch, maple, beech, palm",
  fish: "salmon, trout, shark, cod, herring, tuna",
  tool: "hammer, saw, spade, drill, screwdriver, axe",
  insect: "ant, beetle, bee, fly, butterfly, mosquito, wasp",
  "piece of furniture": "chair, bed, table, sofa, wardrobe, desk",
  "musical instrument": "fiddle, drum, flute, piano, guitar, trumpet, harp",
  drink: "~tea, ~coffee, ~milk, ~lemonade, ~juice",
  metal: "~gold, ~iron, ~silver, ~copper, ~lead, ~tin",
  "piece of clothing": "shirt, coat, sweater, skirt, jacket, dress",
  vehicle: "car, bus, truck, train, tractor, bicycle",
  color: "~red, ~blue, ~green, ~yellow, ~purple",
  sport: "~football, ~tennis, ~swimming, ~hockey, ~basketball",
  reptile: "snake, lizard, crocodile, tortoise",
  planet: "~Mars, ~Venus, ~Jupiter, ~Saturn, ~Neptune",
  building: "house, castle, church, hotel, tower",
  toy: "doll, kite, yo-yo, teddy bear",
  continent: "~Africa, ~Asia, ~Europe, ~South America",
};

const kind = defineGroup({
  name: "kind",
  title: "Kinds of things",
  rows: Object.entries(KINDS).flatMap(([kind, things]) =>
    things.split(", ").map((thing) => [thing, kind]),
  ),
  articles: ["subject", "answer"],
  topic: "what kind of thing {ns} is",
  says: [
    "{NS} is {na}.",
    "{NS} is a kind of {a}.",
    "Everyone calls {ns} {na}.",
    "{name} knows that {ns} is {na}.",
    "One {a} is {ns}.",
  ],
});

const PEOPLE_GROUPS = [job, workplace, place, body, female, kind];
export default PEOPLE_GROUPS;
