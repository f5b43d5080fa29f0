/** Plain words for made tasks: short, common, each one different. */
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

/** Past-tense verbs that fit in "NAME VERB the NOUN …". */
export const VERBS: readonly string[] =
  "found saw sold bought drew lost kept carried hid wanted".split(" ");

/** Where something happens, as the end of a sentence. */
export const PLACES: readonly string[] =
  "garden market kitchen forest station village harbor school theater museum office stable".split(
    " ",
  );
