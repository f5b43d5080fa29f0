/** The words that made tasks are about: short, common, each one different. */
export const WORDS: readonly string[] = (
  "apple arm baby ball bank basket beach bear bed bell bird boat book bottle box bread brick bridge " +
  "brother brush bucket butter button cake camel candle carrot castle cat chair cheese cherry church " +
  "circle clock cloud coat corn cotton cousin cow crown cup desk dog door dress drum duck eagle egg " +
  "engine farm feather fence field finger fire fish flag floor flower forest fork fox frog garden gate " +
  "ghost glass glove goat grass hammer hand hat hill honey horse hotel house ice island jacket jar key " +
  "king kitchen kite knee knife ladder lake lamp leaf lemon letter lion lizard market mask meadow milk " +
  "mirror monkey moon mountain mouse needle nest night nose ocean onion orange oven owl page paint paper " +
  "park pencil pepper piano picture pillow plane plant plate pocket pond potato prince queen rabbit rain " +
  "ribbon rice ring river road robot rocket roof room rope rose sail salt sand school seed shadow sheep " +
  "ship shirt shoe silver sister snake snow soap sock song soup spoon spring star stone storm street " +
  "sugar sun table teacher tent tiger tower town train tree turtle uncle valley village violin wagon wall " +
  "water wheel whistle window winter wolf wood yard zebra"
).split(" ");

export const NAMES: readonly string[] =
  "Ana Ben Cara Dan Eva Finn Grace Hugo Ida Jack Kofi Lily Max Nora Omar Pia Rosa Sam Tara Yara".split(
    " ",
  );

export type Verb = { base: string; past: string; participle: string };

/** Verbs that fit in "NAME … the NOUN". */
export const VERBS: readonly Verb[] = (
  "find found found, see saw seen, sell sold sold, buy bought bought, draw drew drawn, lose lost lost, " +
  "keep kept kept, carry carried carried, hide hid hidden, want wanted wanted, paint painted painted, " +
  "wash washed washed"
)
  .split(", ")
  .map((forms) => {
    const [base = "", past = "", participle = ""] = forms.split(" ");
    return { base, past, participle };
  });

/** Where something happens, as the end of a sentence. */
export const PLACES: readonly string[] =
  "garden market kitchen forest station village harbor school theater museum office stable".split(
    " ",
  );

/** What a thing is. No word belongs to two of them. */
export const CLASSES: Readonly<Record<string, readonly string[]>> = {
  animal: "bear bird camel cat cow dog duck eagle fox frog goat horse lion monkey rabbit".split(
    " ",
  ),
  food: "apple bread butter cake carrot cheese egg honey lemon onion potato rice soup".split(" "),
  garment: "coat dress glove hat jacket shirt shoe sock".split(" "),
  tool: "brush fork hammer knife ladder needle pencil spoon".split(" "),
  building: "castle church hotel house school tower".split(" "),
};

export const MONTHS: readonly string[] =
  "January February March April May June July August September October November December".split(
    " ",
  );

export const WEEKDAYS: readonly string[] =
  "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
