/** Questions that the document asks and answers itself. */
import { toSentences, withPage, type Section } from "../document";
import { ANSWERED, ASKED } from "../read/paragraphs";
import { fitAnswer, type Found, type Way } from "./way";

/** A longer paragraph that ends in a question mark is talk, not a question to be answered. */
const MAX_QUESTION = 200;

export const QUESTIONS: Way = {
  id: "question",
  title: "Questions",
  help: "A question in the text or as a heading, and the answer that follows it.",
  *find(sections) {
    for (const section of sections) {
      if (isQuestion(section.title)) {
        const found = answer(section.title, section.body, withPage(section));
        if (found) yield found;
      } else yield* findInside(section);
    }
  },
};

const isQuestion = (text: string): boolean => text.endsWith("?") && text.length <= MAX_QUESTION;

function* findInside({ body }: Section): Iterable<Found> {
  for (const [i, block] of body.entries()) {
    if (block.kind !== "paragraph") continue;
    const question = block.text.replace(ASKED, "");
    if (!ASKED.test(block.text) && !isQuestion(block.text)) continue;
    const rest = body.slice(i + 1);
    const end = rest.findIndex(({ text }) => ASKED.test(text) || isQuestion(text));
    const found = answer(question, end < 0 ? rest : rest.slice(0, end), withPage(block));
    if (found) yield found;
  }
}

function answer(question: string, body: Section["body"], page: { page?: number }): Found | null {
  const texts = body.map((block) => block.text.replace(ANSWERED, ""));
  const output = fitAnswer(texts.flatMap(toSentences));
  if (output === "") return null;
  return {
    instruction: question,
    input: "",
    output,
    passage: [question, ...texts].join("\n"),
    ...page,
  };
}
