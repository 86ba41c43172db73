import { instantOf as instantIn, localTime, offsetText, zoneOffset } from "../../../rules/schedules.ts";
import { zoneName } from "./times.ts";

/** What the clock on the wall shows in a zone: `2026-11-22T07:15:00`. */
export function wallClock(ms: number, zone: string): string {
  const { date, time } = localTime(zoneName(zone), ms);
  return `${date}T${time}`;
}

/** `2026-11-22T07:15:00+01:00` */
export const withOffset = (ms: number, zone: string): string =>
  `${wallClock(ms, zone)}${offsetText(zoneOffset(zoneName(zone), ms))}`;

/** When the clock on the wall shows a time: the first time, where it comes twice; after the jump, where it is skipped. */
export function instantOf(wall: string, zone: string): number | undefined {
  const local = Date.parse(`${wall}Z`);
  return Number.isNaN(local) ? undefined : instantIn(zoneName(zone), local);
}
