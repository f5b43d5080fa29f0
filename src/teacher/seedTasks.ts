/** Small tasks of many kinds to start from where there is no data yet. Ours, CC0. */
import type { Task } from "./record";

const task = (instruction: string, output: string, input = ""): Task => ({
  instruction,
  input,
  output,
});

export const SEED_TASKS: readonly Task[] = [
  task("Name three fruits that grow on trees.", "Apples, pears and cherries."),
  task(
    "Explain to a child why the moon changes its shape.",
    "The moon is a ball, and the sun lights one half of it. As the moon goes around us, we see more or less of the bright half.",
  ),
  task(
    "Turn the sentence into a question.",
    "Is the shop closed on Mondays?",
    "The shop is closed on Mondays.",
  ),
  task(
    "Which of the words does not belong with the others?",
    "Hammer. The others are animals.",
    "cat, horse, hammer, goat",
  ),
  task(
    "Is the review positive or negative?",
    "Negative",
    "The soup was cold and we waited for an hour.",
  ),
  task(
    "Write a polite message that asks a neighbor to turn the music down.",
    "Hello, would you mind turning the music down a little? The walls are thin and I have to get up early. Thank you!",
  ),
  task("Put the numbers in order, smallest first.", "3, 8, 12, 40", "12, 3, 40, 8"),
  task("Give a word that means the same as the given one.", "Fast", "quick"),
  task(
    "Summarize the text in one sentence.",
    "A storm brought down trees in the town, but nobody was hurt.",
    "On Friday night a storm passed over the town. Eleven trees fell, two of them on cars. The fire service worked until morning. Nobody was hurt.",
  ),
  task(
    "What should I look at before I buy a used bicycle?",
    "Look at the frame for cracks, try the brakes and the gears, spin the wheels to see that they run straight, and ask for the receipt.",
  ),
  task(
    "Correct the spelling of the sentence.",
    "She received a letter yesterday.",
    "She recieved a leter yesterday.",
  ),
  task(
    "Write two lines of a poem about rain.",
    "The rain taps softly on the pane,\nand writes its name, and starts again.",
  ),
  task(
    "Say whether the statement is a fact or an opinion.",
    "Opinion",
    "Winter is the best time of the year.",
  ),
  task("How many minutes are there in two and a half hours?", "150 minutes."),
  task(
    "List the steps for making a cup of tea.",
    "1. Boil water.\n2. Put a tea bag into a cup.\n3. Pour the water over it.\n4. Wait three minutes and take the bag out.",
  ),
  task(
    "Take the date out of the text and write it as year-month-day.",
    "2024-03-05",
    "The meeting was moved to March 5, 2024, at noon.",
  ),
  task(
    "Give one reason for school uniforms and one against them.",
    "For: nobody is judged by their clothes. Against: children cannot show who they are.",
  ),
  task("Write the plural of the noun.", "Leaves", "leaf"),
  task("Suggest a name for a bakery that is open at night.", "The Midnight Loaf"),
  task(
    "Who does what in this sentence? Name the subject and the verb.",
    "Subject: the dog. Verb: buried.",
    "The dog buried its bone under the apple tree.",
  ),
  task(
    "Rewrite the sentence so that it sounds friendlier.",
    "Could you please send me the report by tomorrow?",
    "Send me the report by tomorrow.",
  ),
  task(
    "What is the difference between weather and climate?",
    "Weather is what happens outside today. Climate is what the weather is usually like in a place over many years.",
  ),
  task("Answer with yes or no: can a number be both even and prime?", "Yes"),
  task(
    "Make a short shopping list for a fruit salad for four.",
    "4 apples, 3 bananas, 2 oranges, a bunch of grapes, 1 lemon",
  ),
  task(
    "Sort the words into animals and plants.",
    "Animals: fox, owl. Plants: fern, oak.",
    "oak, fox, fern, owl",
  ),
  task(
    "Describe the smell of a forest after rain in one sentence.",
    "It smells of wet earth and pine needles, cool and a little sweet.",
  ),
  task(
    "Continue the story with one sentence.",
    "Inside lay a key, and a note with her own name on it.",
    "Mara found a small tin box under the stairs.",
  ),
  task("Which season comes after autumn?", "Winter"),
  task(
    "Give advice to somebody who is nervous before a talk.",
    "Practice aloud, begin with a sentence that you know by heart, breathe slowly, and look for a friendly face in the room.",
  ),
  task(
    "Work out the total price.",
    "The total is 11 euros: 3 × 2 + 5.",
    "Three notebooks at 2 euros each and a pen set for 5 euros.",
  ),
  task(
    "Explain what the saying means.",
    "Small amounts become a lot if one keeps on saving.",
    "Many a little makes a mickle.",
  ),
  task(
    "Write the opposite of the statement.",
    "Nobody came to the party.",
    "Everybody came to the party.",
  ),
];
