const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;

/** Seconds in the two units that matter: `240ms`, `8.4s`, `1m 24s`, `3h 5m`, `2d 4h`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0) return "0s";
  if (seconds < 0.0005) return "0ms";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}ms`;
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const at = units.findIndex(([, size]) => whole >= size);
  const [unit, size] = units[at] ?? units[2];
  const [nextUnit, nextSize] = units[at + 1] ?? ["s", 1];
  const rest = Math.floor((whole % size) / nextSize);
  return rest === 0
    ? `${Math.floor(whole / size)}${unit}`
    : `${Math.floor(whole / size)}${unit} ${rest}${nextUnit}`;
}

/** The same in its first unit alone, for what need not be exact. */
export const roughly = (seconds: number): string => duration(Math.floor(seconds)).split(" ")[0] ?? "";

const sizes: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Reads `90s`, `1h30m`, `250ms` or `1.5h` as seconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])\s*/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text.trim()) return undefined;
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (sizes[unit] ?? 0), 0);
}
