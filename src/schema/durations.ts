/** Days that Python's durations may have at most. */
const maxDays = 999_999_999;

const number = String.raw`(\d+(?:[.,]\d+)?)`;
const iso = new RegExp(
  `^P(?=[\\dT])(?:${number}Y)?(?:${number}M)?(?:${number}W)?(?:${number}D)?(?:T(?=\\d)(?:${number}H)?(?:${number}M)?(?:${number}S)?)?$`,
);
/** As Python prints them: days, a clock, or both. */
const clock = /^(?:(\d+) ?d(?:ays?)?(?:$|, ?| ))?(?:(\d+):([0-5]\d)(?::([0-5]\d(?:[.,]\d+)?))?)?$/i;

/**
 * The seconds of a duration as text: ISO 8601 (`PT5M`; a year has 365 days, a month 30), or hours, minutes and seconds
 * (`00:10:00`, `2 days, 3:04:05` with hours of any length). A sign applies to the whole. Undefined for other texts.
 */
export function secondsOf(text: string): number | undefined {
  const [, sign, rest = ""] = /^([+-]?)(.+)$/.exec(text) ?? [];
  const seconds = ofIso(rest) ?? ofClock(rest);
  if (seconds === undefined || !(seconds <= maxDays * 86_400)) return undefined;
  return sign === "-" ? -seconds : seconds;
}

function ofIso(text: string): number | undefined {
  const match = iso.exec(text);
  if (!match) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(1).map(decimal);
  const inDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (weeks ?? 0) * 7 + (days ?? 0);
  return inDays * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

function ofClock(text: string): number | undefined {
  const match = clock.exec(text);
  if (!match || text === "") return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(decimal);
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds;
}

const decimal = (digits: string | undefined): number => Number((digits ?? "0").replace(",", "."));
