import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { cx } from "../kit/cx.ts";
import type { KindProps } from "./drafts.ts";
import { secondsOf } from "./drafts.ts";
import { Count } from "./fields.tsx";
import { type IntervalUnit, unitOf, unitSeconds } from "./plans.ts";

const units: IntervalUnit[] = ["second", "minute", "hour", "day", "week"];

export function IntervalFields({ id, draft, onChange, problem }: KindProps) {
  const seconds = secondsOf(draft.interval) ?? 0;
  const unit = units.find((one) => one === draft.unit && seconds % unitSeconds[one] === 0) ?? unitOf(seconds);
  const count = seconds / unitSeconds[unit];
  const set = (next: number, of: IntervalUnit) =>
    onChange({ interval: String(next * unitSeconds[of]), unit: of });
  const wrong = (field: "interval" | "anchor_date") =>
    problem?.field === field ? problem.message : undefined;
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        Every
        <Count label="Number" value={Math.round(count)} max={999_999} onChange={(next) => set(next, unit)} />
        <Select
          label="Unit"
          value={unit}
          onChange={(next) => set(Math.max(1, Math.round(count)), next)}
          options={units.map((one) => ({ value: one, label: `${one}${count === 1 ? "" : "s"}` }))}
        />
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          id={`${id}-anchor`}
          label="Anchor"
          description={
            seconds % unitSeconds.day === 0
              ? "Keeps this local time across daylight saving changes."
              : undefined
          }
          error={wrong("anchor_date")}
        >
          <input
            {...inputProps(`${id}-anchor`, {
              description: seconds % unitSeconds.day === 0,
              error: wrong("anchor_date"),
            })}
            type="datetime-local"
            step={1}
            value={draft.anchor}
            onChange={({ target }) => onChange({ anchor: target.value })}
            className={cx(inputClass, "h-8")}
          />
        </Field>
        <Field id={`${id}-raw`} label="Seconds" description="Or a duration: 1h 30m" error={wrong("interval")}>
          <input
            {...inputProps(`${id}-raw`, { description: true, error: wrong("interval") })}
            value={draft.interval}
            autoComplete="off"
            onChange={({ target }) => onChange({ interval: target.value })}
            className={cx(inputClass, "h-8 font-mono")}
          />
        </Field>
      </div>
    </>
  );
}
