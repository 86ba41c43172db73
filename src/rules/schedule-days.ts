// Calendar arithmetic on whole days, counted from 1970-01-01, in the proleptic Gregorian calendar.

export const dayMs = 86_400_000;

interface CalendarDay {
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  date: number;
}

export const mod = (value: number, by: number): number => ((value % by) + by) % by;

/** 0 is Sunday. */
export const weekdayOf = (day: number): number => mod(day + 4, 7);

export const dayOf = (year: number, month: number, date: number): number =>
  Date.UTC(year, month - 1, date) / dayMs;

export const monthLength = (year: number, month: number): number =>
  month === 2
    ? isLeap(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

export const yearLength = (year: number): number => (isLeap(year) ? 366 : 365);

/** Without `Date`, which is ten times slower. Years are counted from March, so that the leap day is their last. */
export function calendarDay(day: number): CalendarDay {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const yearOfEra = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const date = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date };
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
