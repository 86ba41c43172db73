import type { ChosenTime } from "./controls.ts";

/** Usual ranges up to now. */
export const presets = [
  { since: undefined, label: "Any time" },
  { since: "15m", label: "Last 15 minutes" },
  { since: "1h", label: "Last hour" },
  { since: "6h", label: "Last 6 hours" },
  { since: "24h", label: "Last 24 hours" },
  { since: "7d", label: "Last 7 days" },
  { since: "30d", label: "Last 30 days" },
] as const;

/** A range in a few words; undefined for all time. */
export const timeLabel = ({ since, until }: ChosenTime): string | undefined => {
  if (!since && !until) return undefined;
  const preset = until ? undefined : presets.find((one) => one.since === since);
  if (preset) return preset.label;
  return [since && `since ${since}`, until && `until ${until}`].filter(Boolean).join(" ");
};
