import { zoneName } from "./times.ts";

const formats = new Map<string, Intl.DateTimeFormat>();
function wallFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zoneName(zone),
    dateStyle: "short",
    timeStyle: "medium",
  });
  formats.set(zone, made);
  return made;
}

/** What the clock on the wall shows in a zone: `2026-11-22T07:15:00`. */
export const wallClock = (ms: number, zone: string): string => wallFormat(zone).format(ms).replace(" ", "T");

/** How far a zone is ahead of UTC, in milliseconds. */
export const offsetAt = (ms: number, zone: string): number =>
  Date.parse(`${wallClock(ms, zone)}Z`) - Math.floor(ms / 1000) * 1000;

/** `+01:00` */
export function offsetText(ms: number, zone: string): string {
  const minutes = Math.round(offsetAt(ms, zone) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/**
 * The instant at which the clock on the wall of a zone shows a time. An hour that comes twice means the first, one
 * that does not exist the time after the jump, as in RFC 5545.
 */
export function instantOf(wall: string, zone: string): number | undefined {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const before = offsetAt(asUtc - 86_400_000, zone);
  const after = offsetAt(asUtc + 86_400_000, zone);
  const found = [asUtc - Math.max(before, after), asUtc - Math.min(before, after)].find(
    (ms) => wallClock(ms, zone) === wallClock(asUtc, "UTC"),
  );
  return found ?? asUtc - before;
}
