import { useId } from "react";
import { Field, FieldError, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { useNow } from "../kit/now.ts";
import { parseDuration } from "../parts/time/durations.ts";
import { absolute, relative, zoneLabel } from "../parts/time/times.ts";
import { instantOf, wallClock } from "../parts/time/wall-clock.ts";
import { useSettings } from "../settings.ts";

/** When a run is to start; `at` is what the clock on the wall shows in the zone of the settings. */
export type When = { kind: "now" } | { kind: "in"; text: string } | { kind: "at"; text: string };

/** The instant in milliseconds; undefined for now, and for what cannot be read. */
export function whenAt(when: When, zone: string, now: number): number | undefined {
  if (when.kind === "now") return undefined;
  if (when.kind === "at") return instantOf(when.text, zone);
  const seconds = parseDuration(when.text);
  return seconds === undefined ? undefined : now + seconds * 1000;
}

/** Why it cannot be then. */
export function whenProblem(when: When, zone: string, now: number): string | undefined {
  if (when.kind === "now") return undefined;
  const at = whenAt(when, zone, now);
  if (at === undefined)
    return when.kind === "in" ? "Expected a time such as 15m, 2h or 1d" : "Expected a date and a time";
  return at < now - 60_000 ? "This time is in the past" : undefined;
}

interface Props {
  value: When;
  onChange: (when: When) => void;
  problem: string | undefined;
  label?: string;
  /** Which kinds of times can be chosen. */
  kinds?: readonly When["kind"][];
}

const kindLabels = { now: "Now", in: "In", at: "At" } as const;

export function WhenField({ value, onChange, problem, label = "When", kinds = ["now", "in", "at"] }: Props) {
  const id = useId();
  const { zone } = useSettings();
  const now = useNow(10);
  const at = whenAt(value, zone, now);
  const choose = (kind: When["kind"]) => {
    if (kind === "now") onChange({ kind });
    else if (kind === "in") onChange({ kind, text: "15m" });
    else onChange({ kind, text: wallClock(now + 3_600_000, zone).slice(0, 16) });
  };
  return (
    <Field
      label={label}
      id={id}
      aside={at !== undefined && !problem && `${absolute(at, zone)}, ${relative(at, now)}`}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label={label}
          value={value.kind}
          onChange={choose}
          options={kinds.map((kind) => ({ value: kind, label: kindLabels[kind] }))}
        />
        {value.kind !== "now" && (
          <input
            {...inputProps(id, { error: problem })}
            aria-label={value.kind === "in" ? "Delay" : `Date and time, ${zoneLabel(zone)}`}
            type={value.kind === "in" ? "text" : "datetime-local"}
            value={value.text}
            onChange={(event) => onChange({ kind: value.kind, text: event.target.value })}
            className={`${inputClass} h-8 !w-56`}
          />
        )}
        {value.kind === "at" && <span className="text-muted">{zoneLabel(zone, at)}</span>}
      </div>
      <FieldError id={id} error={problem} />
    </Field>
  );
}
