/** Seconds, or a number with a unit: `250ms`, `30s`, `5m`, `1.5h`, `1d`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

export function seconds(duration: Duration, what = "duration"): number {
  const found = secondsIn(duration);
  if (found !== undefined) return found;
  throw new TypeError(`${what}: expected ${durationText}, got ${JSON.stringify(duration)}`);
}

export const durationText = 'seconds or a text such as "30s" or "5m"';

export const isDuration = (value: unknown): value is Duration => secondsIn(value) !== undefined;

function secondsIn(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
  if (typeof value !== "string") return undefined;
  const [, amount, unit] = pattern.exec(value) ?? [];
  return amount !== undefined && isUnit(unit) ? Number(amount) * units[unit] : undefined;
}

const isUnit = (unit: string | undefined): unit is keyof typeof units => unit !== undefined && unit in units;
