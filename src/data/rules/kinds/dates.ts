/** Tasks about days, dates and times of day. */
import { between } from "../draw";
import type { TaskKind } from "../kind";
import { MONTHS, WEEKDAYS } from "../words";

const pad = (number: number): string => String(number).padStart(2, "0");
const MINUTES_OF_DAY = 24 * 60;
const toClock = (minutes: number): string => {
  const inDay = (minutes + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  return `${pad(Math.floor(inDay / 60))}:${pad(inDay % 60)}`;
};
/** Of the Gregorian calendar. */
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const DATE_KINDS: readonly TaskKind[] = [
  {
    id: "iso-date",
    title: "Year, month and day",
    group: "Dates and times",
    wordings: [
      "Write {} as year-month-day.",
      "Write {} with numbers only, the year first.",
      "Write the date as year-month-day.",
      "Write this date like 1999-12-31.",
    ],
    generate: (random, level) => {
      const month = random.integer(12);
      // The easy ones have two digits already.
      const day = level === 1 ? between(random, 10, 28) : between(random, 1, LENGTHS[month] ?? 28);
      const year = between(random, level === 3 ? 1700 : 1990, 2030);
      return {
        text: `${day} ${MONTHS[month]} ${year}`,
        answer: `${year}-${pad(month + 1)}-${pad(day)}`,
      };
    },
  },
  {
    id: "weekday-after",
    title: "Days of the week",
    group: "Dates and times",
    wordings: [
      "What day is {count} after {}?",
      "Today is {}. What day is it in {count}?",
      "Which day of the week comes {count} after this one?",
    ],
    generate: (random, level) => {
      const at = random.integer(7);
      const days = { 1: 1, 2: between(random, 2, 6), 3: between(random, 8, 13) }[level];
      return {
        text: WEEKDAYS[at] ?? "",
        answer: WEEKDAYS[(at + days) % 7] ?? "",
        gaps: { count: days === 1 ? "one day" : `${days} days` },
      };
    },
  },
  {
    id: "days-of-month",
    title: "Days of a month",
    group: "Dates and times",
    wordings: [
      "How many days does {} have?",
      "How long is {}, in days?",
      "How many days are in this month?",
    ],
    generate: (random, level) => {
      const month = level === 3 ? 1 : random.integer(12);
      const year = level === 1 ? 2023 : between(random, 1900, 2100);
      const days = month === 1 && isLeap(year) ? 29 : (LENGTHS[month] ?? 0);
      return { text: `${MONTHS[month]} ${year}`, answer: String(days) };
    },
  },
  {
    id: "clock-24",
    title: "A time of 24 hours",
    group: "Dates and times",
    wordings: [
      "Write {} as a time of 24 hours.",
      "What is {} on a clock with 24 hours?",
      "Write the time with hours from 00 to 23.",
    ],
    generate: (random, level) => {
      const hour = level === 1 ? between(random, 13, 23) : random.integer(24);
      const minute = level === 1 ? 0 : level === 2 ? 15 * random.integer(4) : random.integer(60);
      const text = `${hour % 12 === 0 ? 12 : hour % 12}:${pad(minute)} ${hour < 12 ? "am" : "pm"}`;
      return { text, answer: `${pad(hour)}:${pad(minute)}` };
    },
  },
  {
    id: "time-later",
    title: "A time later or earlier",
    group: "Dates and times",
    wordings: [
      "What time is it {span} {}?",
      "Give the time {span} {}.",
      "It is the time {span} the one below. Write it.",
    ],
    generate: (random, level) => {
      const start = 60 * random.integer(24) + (level === 1 ? 0 : 5 * random.integer(12));
      const minutes = 5 * between(random, 1, 11) + (level === 3 ? 60 * between(random, 1, 3) : 0);
      const isLater = random.integer(2) === 0;
      const span = `${minutes} minutes ${isLater ? "after" : "before"}`;
      const answer = toClock(start + (isLater ? minutes : -minutes));
      return { text: toClock(start), answer, gaps: { span } };
    },
  },
];
