/** What stands under a heading, asked by the heading. */
import { toSentences, withPage } from "../document";
import { fill, fitAnswer, type Way } from "./way";

const ASKING = [
  "Tell me about this: {}",
  "What should I know about this topic: {}",
  "Explain: {}",
  "Write what there is to say about this: {}",
];
/** Headings of any text: they do not say what it is about. */
const GENERIC =
  /^(?:abstract|introduction|summary|conclusions?|discussion|overview|background|contents|table of contents|references|bibliography|notes?|appendix|index|preface|foreword|acknowledge?ments|chapter|part|section)?\s*[\divxlc]*\.?$/i;
const LEAST_ANSWER = 40;

export const HEADINGS: Way = {
  id: "heading",
  title: "Headings",
  help: "A heading asks, the text under it answers.",
  *find(sections, random) {
    const counts = new Map<string, number>();
    for (const { title } of sections) counts.set(title, (counts.get(title) ?? 0) + 1);
    for (const section of sections) {
      const own = section.title.replace(/^\d+(?:\.\d+)*\.?\s+/, "");
      const above = section.above.at(-1);
      if (own === "" || own.endsWith("?")) continue;
      const isVague = GENERIC.test(own) || (counts.get(section.title) ?? 0) > 1;
      if (isVague && above === undefined) continue;
      const texts = section.body.map(({ text }) => text);
      const output = fitAnswer(texts.flatMap(toSentences));
      if (output.length < LEAST_ANSWER) continue;
      yield {
        instruction: fill(random.pick(ASKING), isVague ? `${above} – ${own}` : own),
        input: "",
        output,
        passage: [section.title, ...texts].join("\n"),
        ...withPage(section),
      };
    }
  },
};
