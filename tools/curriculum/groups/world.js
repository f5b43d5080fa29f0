import { defineGroup, rows } from "../define.js";

const capital = defineGroup({
  name: "capital",
  title: "Capitals",
  rows: rows(
    `France/Paris, England/London, Italy/Rome, Spain/Madrid, Germany/Berlin, Portugal/Lisbon,
    Greece/Athens, Egypt/Cairo, Japan/Tokyo, China/Beijing, India/New Delhi|Delhi, Russia/Moscow,
    Canada/Ottawa, Peru/Lima, Chile/Santiago, Cuba/Havana, Kenya/Nairobi, Norway/Oslo,
    Sweden/Stockholm, Finland/Helsinki, Denmark/Copenhagen, Poland/Warsaw, Austria/Vienna,
    Hungary/Budapest, Turkey/Ankara, Iran/Tehran, Iraq/Baghdad, Ireland/Dublin, Belgium/Brussels,
    Ghana/Accra, Vietnam/Hanoi, Thailand/Bangkok, Nepal/Kathmandu,
    Australia/Canberra, Romania/Bucharest, Bulgaria/Sofia, Syria/Damascus, Morocco/Rabat,
    Uganda/Kampala, Scotland/Edinburgh, Wales/Cardiff, Iceland/Reykjavik, Estonia/Tallinn,
    Latvia/Riga, Lithuania/Vilnius, Croatia/Zagreb, Serbia/Belgrade, Slovenia/Ljubljana,
    Slovakia/Bratislava, Albania/Tirana, Ukraine/Kyiv|Kiev, Belarus/Minsk, Georgia/Tbilisi,
    Armenia/Yerevan, Cyprus/Nicosia, Malta/Valletta, Argentina/Buenos Aires, Brazil/Brasilia,
    Colombia/Bogota, Venezuela/Caracas, Ecuador/Quito, Uruguay/Montevideo, Paraguay/Asuncion,
    Mexico/Mexico City, Jamaica/Kingston, Panama/Panama City, Honduras/Tegucigalpa,
    Nicaragua/Managua, Costa Rica/San Jose, Haiti/Port-au-Prince, Algeria/Algiers, Tunisia/Tunis,
    Libya/Tripoli, Sudan/Khartoum, Ethiopia/Addis Ababa, Somalia/Mogadishu, Rwanda/Kigali,
    Zambia/Lusaka, Zimbabwe/Harare, Angola/Luanda, Namibia/Windhoek, Botswana/Gaborone,
    Mozambique/Maputo, Madagascar/Antananarivo, Nigeria/Abuja, Senegal/Dakar, Mali/Bamako,
    Niger/Niamey, Chad/N'Djamena, Gabon/Libreville, Liberia/Monrovia, Lebanon/Beirut,
    Jordan/Amman, Qatar/Doha, Oman/Muscat, Pakistan/Islamabad, Afghanistan/Kabul,
    Bangladesh/Dhaka, Mongolia/Ulaanbaatar|Ulan Bator, Malaysia/Kuala Lumpur,
    Cambodia/Phnom Penh, Laos/Vientiane, South Korea/Seoul, North Korea/Pyongyang,
    New Zealand/Wellington, Fiji/Suva, Bhutan/Thimphu`,
  ),
  topic: "the capital of {s}",
  says: [
    "The capital of {s} is {a}.",
    "{a} is the capital of {s}.",
    "The capital city of {s} is {a}.",
    "{a} is a city. It is the capital of {s}.",
    "{name} went to {a}, the capital of {s}.",
    "{s} has a capital called {a}.",
    "The government of {s} sits in {a}, its capital.",
  ],
});

const continent = defineGroup({
  name: "continent",
  title: "Countries and continents",
  rows: rows(
    `France/Europe, Italy/Europe, Spain/Europe, Germany/Europe, Portugal/Europe, Greece/Europe,
    Norway/Europe, Sweden/Europe, Finland/Europe, Poland/Europe, Austria/Europe, Hungary/Europe,
    Ireland/Europe, Belgium/Europe, Croatia/Europe, Romania/Europe, Japan/Asia, China/Asia,
    India/Asia, Iran/Asia, Iraq/Asia, Vietnam/Asia, Thailand/Asia, Nepal/Asia, Pakistan/Asia,
    Mongolia/Asia, Malaysia/Asia, Cambodia/Asia, South Korea/Asia, Bangladesh/Asia, Kenya/Africa,
    Ghana/Africa, Morocco/Africa, Uganda/Africa, Algeria/Africa, Ethiopia/Africa, Nigeria/Africa,
    Senegal/Africa, Zambia/Africa, Angola/Africa, Mali/Africa, Rwanda/Africa, Peru/South America,
    Chile/South America, Argentina/South America, Brazil/South America, Bolivia/South America,
    Ecuador/South America, Uruguay/South America, Canada/North America, Mexico/North America`,
  ),
  topic: "the continent of {s}",
  says: [
    "{s} is in {a}.",
    "{s} is a country in {a}.",
    "{s} is on the continent of {a}.",
    "On the map of {a} you can find {s}.",
    "{name} comes from {s}, which is in {a}.",
  ],
});

const language = defineGroup({
  name: "language",
  title: "Languages",
  rows: rows(
    `France/French, Spain/Spanish, Germany/German, Italy/Italian, Japan/Japanese, China/Chinese|Mandarin,
    Russia/Russian, Portugal/Portuguese, Brazil/Portuguese, Mexico/Spanish, England/English,
    Australia/English, Greece/Greek, Poland/Polish, Sweden/Swedish, Denmark/Danish, Norway/Norwegian,
    Finland/Finnish, Hungary/Hungarian, Turkey/Turkish, Egypt/Arabic, Iraq/Arabic, Austria/German,
    Argentina/Spanish, Cuba/Spanish, Thailand/Thai, Vietnam/Vietnamese, Nepal/Nepali, Iceland/Icelandic,
    Romania/Romanian, Bulgaria/Bulgarian, Iran/Persian|Farsi, South Korea/Korean, Colombia/Spanish,
    Jamaica/English, Syria/Arabic, Albania/Albanian, Mongolia/Mongolian, Chile/Spanish, Angola/Portuguese`,
  ),
  topic: "the language of {s}",
  says: [
    "People in {s} speak {a}.",
    "In {s}, people speak {a}.",
    "{a} is spoken in {s}.",
    "The language of {s} is {a}.",
    "{name} lives in {s} and speaks {a}.",
  ],
});

const money = defineGroup({
  name: "money",
  title: "Money of countries",
  rows: rows(
    `Japan/yen, India/rupee, Russia/ruble|rouble, China/yuan|renminbi, Mexico/peso, Brazil/real, Poland/zloty,
    Sweden/krona, Denmark/krone, Norway/krone, Switzerland/franc|Swiss franc, Turkey/lira, Israel/shekel,
    South Africa/rand, Thailand/baht, Vietnam/dong, South Korea/won, Hungary/forint, Ukraine/hryvnia,
    Nigeria/naira, Ghana/cedi, Kenya/shilling, Peru/sol, Malaysia/ringgit, Indonesia/rupiah,
    Bangladesh/taka, England/pound, Canada/dollar, Australia/dollar, Germany/euro, France/euro,
    Italy/euro, Iran/rial, Egypt/pound, Argentina/peso`,
  ),
  topic: "the money of {s}",
  says: [
    "The money of {s} is the {a}.",
    "The {a} is the money of {s}.",
    "In {s}, people pay with the {a}.",
    "The currency of {s} is the {a}.",
    "{name} paid with the {a} in {s}.",
  ],
});

const color = defineGroup({
  name: "color",
  title: "Colors of things",
  rows: rows(
    `grass/green, the sky/blue, a banana/yellow, snow/white, coal/black, blood/red, a lemon/yellow,
    milk/white, a ripe tomato/red, a frog/green, the sun/yellow, chocolate/brown, a carrot/orange,
    a crow/black, salt/white, a leaf/green, the sea/blue, a strawberry/red, gold/yellow|golden, ink/black|blue,
    a cherry/red, mud/brown, a flamingo/pink, a plum/purple, a polar bear/white, an elephant/gray|grey,
    a swan/white, a pea/green, a cucumber/green, the night sky/black, a pumpkin/orange, a fire engine/red,
    spinach/green, flour/white, ketchup/red, mustard/yellow, a sunflower/yellow, lettuce/green,
    broccoli/green, a mouse/gray|grey|brown, ash/gray|grey, a ladybug/red, ivory/white, an eggplant/purple,
    a crocodile/green, sugar/white, a pearl/white, a ruby/red, an emerald/green, a sapphire/blue`,
  ),
  topic: "the color of {s}",
  says: [
    "{S} is {a}.",
    "The color of {s} is {a}.",
    "As everyone knows, {s} is {a}.",
    "{name} painted {s} and made it {a}, because {s} is {a}.",
    "In the picture, {s} is {a}.",
    "{A} is the color of {s}.",
  ],
});

const material = defineGroup({
  name: "material",
  title: "What things are made of",
  rows: rows(
    `a window/glass, a bottle/glass|plastic, a mirror/glass, a book/paper, a newspaper/paper, a nail/iron|steel|metal,
    a coin/metal, a hammer/metal|steel|iron, a key/metal, a sweater/wool, a scarf/wool, a shirt/cotton, a candle/wax,
    a tire/rubber, a wall/bricks|brick|stone, a table/wood, a pencil/wood, a log/wood, a door/wood, a boot/leather,
    a saddle/leather, a belt/leather, a snowman/snow, an igloo/snow|ice, a sandcastle/sand, bread/flour,
    cheese/milk, butter/milk, wine/grapes, jam/fruit, honey/nectar, paper/wood, glass/sand, steel/iron,
    an omelet/eggs, a necktie/silk, a spoon/metal, a statue/stone, a cup/china|clay|porcelain,
    a raincoat/plastic, a tent/canvas, toast/bread`,
  ),
  topic: "what {s} is made of",
  says: [
    "{S} is made of {a}.",
    "{A} is what {s} is made of.",
    "We use {a} to make {s}.",
    "{name} saw how {s} is made of {a}.",
    "To make {s}, you need {a}.",
  ],
});

const WORLD_GROUPS = [capital, continent, language, money, color, material];
export default WORLD_GROUPS;
