// Pieces of sentences.

export const weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `a, b and c` */
export const listWords = (items: readonly (string | number)[]): string =>
  items.length < 2 ? String(items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

/** `3 weeks`, and `week` for one. */
export const countWords = (count: number, unit: string): string => (count === 1 ? unit : `${count} ${unit}s`);

/** `1st`, `22nd`, `last`, `2nd last` */
export function ordinal(number: number): string {
  if (number === -1) return "last";
  if (number < 0) return `${ordinal(-number)} last`;
  const ending =
    number % 100 >= 11 && number % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

/** Formats a local time: `29 March 2026` */
export function dateWords(local: number): string {
  const date = new Date(local);
  return `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export interface ClockValues {
  hours: readonly number[];
  minutes: readonly number[];
  seconds: readonly number[];
}

const two = (value: number) => String(value).padStart(2, "0");

/** `09:00 and 17:00`; undefined when they are too many to list. */
export function timeWords({ hours, minutes, seconds }: ClockValues): string | undefined {
  if (hours.length * minutes.length * seconds.length > maxListed) return undefined;
  const all = hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => `${two(hour)}:${two(minute)}${second === 0 ? "" : `:${two(second)}`}`),
    ),
  );
  return listWords(all);
}

/** `Mondays and Fridays`, `weekdays`; with `each` false `Monday and Friday`, `weekday`. */
export function weekdayWords(weekdays: readonly number[], isPlural: boolean): string {
  const sorted = [...new Set(weekdays)].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  const ending = isPlural ? "s" : "";
  if (sorted.length === 7) return `day${ending}`;
  if (sorted.join() === "1,2,3,4,5") return `weekday${ending}`;
  return listWords(sorted.map((one) => `${weekdayNames[one]}${ending}`));
}

/**
 * The step of evenly spaced values, across the border of one hour (or minute, or day) of `size` to the next; undefined when
 * they are uneven: after 0 and 45 the next hour's 0 is only 15 later.
 */
export function evenStep(values: readonly number[], size: number): number | undefined {
  const [first = 0, second] = values;
  if (second === undefined) return undefined;
  const step = second - first;
  const isEven = values.every((value, index) => value === first + index * step);
  return isEven && values.length * step === size ? step : undefined;
}

/** The distance of values that are further apart than one, three of them or more, and equally far. */
function spacedStep(values: readonly number[]): number | undefined {
  const [first = 0, second = first] = values;
  const step = second - first;
  const isSpaced =
    values.length > 2 && step > 1 && values.every((value, index) => value === first + index * step);
  return isSpaced ? step : undefined;
}

/** `at 09:00`, `every 15 minutes from 09:00 to 17:59`: a step where values are even, times where they are few. */
export interface Rhythm {
  kind: "times" | "rhythm";
  words: string;
  /** Continues the same way all day. */
  isAllDay: boolean;
}

export function rhythmOf({ hours, minutes, seconds }: ClockValues): Rhythm {
  const times = timeWords({ hours, minutes, seconds });
  if (times !== undefined && hours.length < 24 && evenStep(hours, 24) === undefined)
    return { kind: "times", words: times, isAllDay: false };
  return {
    kind: "rhythm",
    words: `every ${paceOf({ hours, minutes, seconds })}`,
    isAllDay: hours.length === 24,
  };
}

/** The finest evenly spaced unit gives the step; finer units are listed, and coarser ones bound it. */
function paceOf({ hours, minutes, seconds }: ClockValues): string {
  const isToEnd = [minutes, seconds].some((list) => list.length > 1 || list[0] !== 0);
  const within = hours.length === 24 ? "" : ` ${hourWords(hours, isToEnd)}`;
  const secondStep = evenStep(seconds, 60);
  if (secondStep !== undefined && (minutes.length === 60 || seconds.length > maxListed)) {
    const start = startWords("second", seconds);
    return `${countWords(secondStep, "second")}${start}${minuteWords(minutes, hours.length === 24)}${within}`;
  }
  const atSecond = atWords("second", seconds);
  const minuteStep = evenStep(minutes, 60);
  if (minuteStep !== undefined)
    return `${countWords(minuteStep, "minute")}${startWords("minute", minutes)}${atSecond}${within}`;
  const atMinute = atWords("minute", minutes);
  const hourStep = evenStep(hours, 24);
  const span = hourStep === undefined ? spacedStep(hours) : undefined;
  if (span !== undefined) {
    const [first = 0, last = first] = [hours[0], hours.at(-1)];
    return `${countWords(span, "hour")} from ${two(first)}:00 to ${two(last)}:00${atMinute}${atSecond}`;
  }
  if (hourStep === undefined || hourStep === 1) return `hour${atMinute}${atSecond}${within}`;
  const start = hours[0] === 0 ? "" : ` from ${two(hours[0] ?? 0)}:00`;
  return `${countWords(hourStep, "hour")}${start}${atMinute}${atSecond}`;
}

const maxListed = 6;

/** ` from minute 5`, where the first fire of an hour is not at 0. */
const startWords = (unit: string, [first = 0]: readonly number[]) =>
  first === 0 ? "" : ` from ${unit} ${first}`;

/** ` at minutes 0, 7 and 14`, and nothing for 0 alone. */
const atWords = (unit: string, values: readonly number[]) =>
  values.length === 1 && values[0] === 0
    ? ""
    : ` at ${unit}${values.length > 1 ? "s" : ""} ${listWords(values)}`;

/** For seconds: ` in minutes 0 and 30 of each hour` */
function minuteWords(minutes: readonly number[], isAllDay: boolean): string {
  if (minutes.length === 60) return "";
  const step = evenStep(minutes, 60);
  const words =
    step !== undefined && minutes.length > maxListed
      ? ` in each ${ordinal(step)} minute${startWords("minute", minutes)}`
      : ` in minute${minutes.length > 1 ? "s" : ""} ${listWords(minutes)}`;
  return isAllDay ? `${words} of each hour` : words;
}

/** `from 09:00 to 17:59`, `in the hours 9, 12 and 15` */
function hourWords(hours: readonly number[], isToEnd: boolean): string {
  const [first = 0] = hours;
  const last = hours.at(-1) ?? first;
  if (last - first !== hours.length - 1) return `in the hours ${listWords(hours)}`;
  return `from ${two(first)}:00 to ${two(last)}:${isToEnd ? "59" : "00"}`;
}
