import { defineGroup, rows } from "../define.js";

const OPPOSITES = rows(
  `hot/cold, big/small|little, happy/sad|unhappy, fast/slow, open/closed|shut, day/night, hard/soft, loud/quiet|soft, wet/dry,
  clean/dirty, full/empty, rich/poor, strong/weak, early/late, thick/thin, heavy/light, high/low,
  left/right, first/last, sweet/bitter|sour, rough/smooth, sharp/dull|blunt, wide/narrow, deep/shallow,
  cheap/expensive, easy/difficult|hard, tight/loose, north/south, inside/outside, morning/evening,
  up/down, young/old, tall/short, good/bad, true/false, alive/dead, asleep/awake, safe/dangerous,
  near/far, top/bottom, front/back, start/stop|finish|end, push/pull, buy/sell, give/take, come/go, love/hate,
  laugh/cry, win/lose, remember/forget, float/sink, rise/fall, friend/enemy, war/peace, black/white,
  east/west, summer/winter, always/never, same/different, beautiful/ugly, possible/impossible,
  arrive/leave|depart, sunrise/sunset, entrance/exit, lock/unlock`,
);
// Both ways round; a further right answer is no subject of its own.
const opposite = defineGroup({
  name: "opposite",
  title: "Opposites",
  rows: OPPOSITES.flatMap(([a, b, ...also]) => [
    [a, b, ...also],
    [b, a],
  ]),
  family: ([word, other]) => `opposite/${[word, other].sort().join("-")}`,
  topic: "the opposite of {s}",
  says: [
    "The opposite of {s} is {a}.",
    "{S} is the opposite of {a}.",
    "{S} and {a} are opposites.",
    "If it is not {s}, it may be {a}.",
    "{name} said {s}, but the other said the opposite: {a}.",
    "{A} is the opposite of {s}.",
  ],
});

const past = defineGroup({
  name: "past",
  title: "Past tenses",
  rows: rows(
    `go/went, see/saw, eat/ate, run/ran, give/gave, take/took, make/made, sing/sang, write/wrote,
    speak/spoke, find/found, fly/flew, swim/swam, drink/drank, sleep/slept, bring/brought, buy/bought,
    catch/caught, teach/taught, think/thought, fall/fell, grow/grew, throw/threw, break/broke,
    drive/drove, tell/told, sell/sold, stand/stood, win/won, lose/lost, come/came, know/knew, ride/rode,
    rise/rose, wear/wore, hold/held, sit/sat, leave/left, feel/felt, keep/kept, begin/began, fight/fought,
    hide/hid, draw/drew, blow/blew, build/built, send/sent, spend/spent, lend/lent, bite/bit, choose/chose,
    dig/dug, feed/fed, forget/forgot, freeze/froze, get/got, hear/heard, lead/led, meet/met, pay/paid,
    ring/rang, say/said, shake/shook, shine/shone, shoot/shot, steal/stole, sweep/swept,
    tear/tore, wake/woke, walk/walked, play/played, help/helped, dance/danced, cry/cried, carry/carried, stop/stopped`,
  ),
  topic: "the past tense of {s}",
  says: [
    "The past tense of {s} is {a}.",
    "{A} is the past tense of {s}.",
    "Today I {s}. Yesterday I {a}.",
    "Now we {s}. Long ago we {a}.",
    "In the past tense, {s} becomes {a}.",
    "{name} wrote {s} for today and {a} for yesterday.",
  ],
});

const plural = defineGroup({
  name: "plural",
  title: "Plurals",
  rows: rows(
    `child/children, man/men, woman/women, mouse/mice, foot/feet, tooth/teeth, goose/geese, leaf/leaves,
    knife/knives, wolf/wolves, baby/babies, city/cities, box/boxes, dish/dishes, shelf/shelves,
    berry/berries, fox/foxes, hero/heroes, story/stories, watch/watches, ox/oxen, life/lives, wife/wives,
    half/halves, thief/thieves, loaf/loaves, lady/ladies, party/parties, puppy/puppies, country/countries,
    bus/buses, glass/glasses, brush/brushes, church/churches, bench/benches, potato/potatoes,
    tomato/tomatoes, cat/cats, book/books, house/houses, bird/birds, tree/trees, apple/apples, boy/boys, day/days,
    key/keys, toy/toys, fly/flies, cherry/cherries, peach/peaches, class/classes, kiss/kisses, wish/wishes,
    horse/horses, piano/pianos, photo/photos`,
  ),
  topic: "the plural of {s}",
  says: [
    "The plural of {s} is {a}.",
    "{A} is the plural of {s}.",
    "One {s}, two {a}.",
    "First there was one {s}. Then there were many {a}.",
    "For more than one {s} we say {a}.",
    "{name} has one {s}, but the others have three {a}.",
  ],
});

const comparative = defineGroup({
  name: "comparative",
  title: "Comparatives",
  rows: rows(
    `big/bigger, small/smaller, tall/taller, short/shorter, fast/faster, slow/slower, old/older, young/younger,
    hot/hotter, cold/colder, good/better, bad/worse, happy/happier, easy/easier, heavy/heavier, light/lighter,
    long/longer, high/higher, low/lower, deep/deeper, wide/wider, thin/thinner, thick/thicker, rich/richer,
    poor/poorer, strong/stronger, weak/weaker, loud/louder, soft/softer, hard/harder, wet/wetter, busy/busier,
    funny/funnier, pretty/prettier, dirty/dirtier, clean/cleaner, near/nearer, large/larger, nice/nicer,
    safe/safer, brave/braver, kind/kinder, late/later, early/earlier`,
  ),
  topic: "the comparative of {s}",
  says: [
    "The comparative of {s} is {a}.",
    "{A} is the comparative of {s}.",
    "This one is {s}, but that one is {a}.",
    "More than {s} is {a}.",
    "First it was {s}. Then it was {a}.",
  ],
});

const contraction = defineGroup({
  name: "contraction",
  title: "Short forms",
  rows: rows(
    `is not/isn't, are not/aren't, do not/don't, does not/doesn't, did not/didn't, cannot/can't, will not/won't,
    was not/wasn't, were not/weren't, have not/haven't, has not/hasn't, I am/I'm, you are/you're, it is/it's,
    we are/we're, they are/they're, he is/he's, she is/she's, I will/I'll, we will/we'll, I have/I've,
    should not/shouldn't, would not/wouldn't, could not/couldn't, let us/let's, that is/that's, they will/they'll`,
  ),
  topic: "the short form of {s}",
  says: [
    "The short form of {s} is {a}.",
    "{A} is the short form of {s}.",
    "We write {s} or, for short, {a}.",
    "In short, {s} becomes {a}.",
    "{name} wrote {a} and meant {s}.",
  ],
});

/** Each word's answer is the next word of its ring; every other word of the ring is right as well. */
const RHYMES =
  `cat hat bat rat, dog fog frog, sun fun run bun, bee tree sea, car star jar, ball wall tall, night light kite,
  king ring wing, cake lake snake, boat coat, house mouse, moon spoon noon, rain train plane, day play tray,
  bed red bread, book look hook, fish dish wish, nose rose toes, chair bear pear, hen pen ten, top shop,
  bell shell, nail tail snail, rock sock clock, pig wig, pie sky, door four, bone phone stone, ship lip, sand hand,
  flower tower, duck truck, meal wheel, jam ham, mountain fountain, honey money`
    .split(",")
    .map((ring) => ring.trim().split(" "));
const rhyme = defineGroup({
  name: "rhyme",
  title: "Rhymes",
  rows: RHYMES.flatMap((ring) =>
    ring.map((word, i) => [word, ...ring.slice(i + 1), ...ring.slice(0, i)]),
  ),
  family: (row) => `rhyme/${[...row].sort()[0]}`,
  topic: "a rhyme for {s}",
  says: [
    "{S} rhymes with {a}.",
    "{S} and {a} rhyme.",
    "A word that rhymes with {s} is {a}.",
    "{name} made a rhyme with {s} and {a}.",
    "The words {s} and {a} sound alike at the end.",
  ],
});

const letter = defineGroup({
  name: "letter",
  title: "First letters",
  rows: `apple banana cat dog egg fish goat house ice jam king lion moon nose orange pencil queen rabbit sun tree
    umbrella violin window yellow zebra book door elephant flower garden hat island jacket kitchen
    lemon mother water year baby`
    .split(/\s+/)
    .map((word) => [word, word.charAt(0).toUpperCase()]),
  topic: "the first letter of {s}",
  says: [
    "The first letter of {s} is {a}.",
    "{a} is the first letter of {s}.",
    "The word {s} begins with the letter {a}.",
    "{a} is for {s}.",
    "{name} wrote the letter {a} and then the whole word {s}.",
  ],
});

const group = defineGroup({
  name: "group",
  title: "Words for groups",
  rows: rows(
    `sheep/flock|herd, birds/flock, cows/herd, elephants/herd, wolves/pack, lions/pride, fish/school|shoal, bees/swarm,
    ants/colony|army, ships/fleet, soldiers/army|troop, singers/choir, players/team, sailors/crew, flowers/bunch|bouquet,
    grapes/bunch, trees/forest|wood, stars/galaxy|cluster, cards/deck|pack, puppies/litter, kittens/litter, whales/pod, dolphins/pod,
    steps/staircase|flight, islands/chain|archipelago, pupils/class, musicians/band|orchestra, monkeys/troop, geese/gaggle|flock`,
  ),
  articles: ["answer"],
  topic: "a group of {s}",
  says: [
    "A group of {s} is called {na}.",
    "{NA} is a group of {s}.",
    "We call a group of {s} {na}.",
    "Many {s} together are {na}.",
    "{name} saw {na} of {s}.",
  ],
});

const WORD_GROUPS = [opposite, past, plural, comparative, contraction, rhyme, letter, group];
export default WORD_GROUPS;
