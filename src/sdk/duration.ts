/** Seconds, or a number with a unit: `250ms`, `30s`, `5m`, `1.5h`, `1d`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

export function seconds(duration: Duration, what = "duration"): number {
  if (typeof duration === "number" && duration >= 0) return duration;
  const [, amount, unit] = pattern.exec(String(duration)) ?? [];
  if (amount === undefined || !isUnit(unit))
    throw new TypeError(
      `${what}: expected seconds or a text such as "30s" or "5m", got ${JSON.stringify(duration)}`,
    );
  return Number(amount) * units[unit];
}

const isUnit = (unit: string | undefined): unit is keyof typeof units => unit !== undefined && unit in units;
