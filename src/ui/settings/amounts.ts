const units = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A size in the unit in which it has up to three digits before the point. */
export function bytesText(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const amount = bytes / 1000 ** step;
  const digits = step === 0 || amount >= 100 ? 0 : 1;
  return `${amount.toLocaleString("en", { maximumFractionDigits: digits })} ${units[step]}`;
}

/** How long something is kept. */
export function daysText(days: unknown, without = "Not set"): string {
  if (typeof days !== "number") return without;
  return days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;
}

/** `every 5 s`, `every 10 min`. */
export function everyText(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `every ${seconds / 3600} h`;
  if (seconds >= 120 && seconds % 60 === 0) return `every ${seconds / 60} min`;
  return `every ${seconds.toLocaleString("en", { maximumFractionDigits: 1 })} s`;
}
