import { Plus, X } from "lucide-react";
import { useState } from "react";
import { weekdayNames } from "../../rules/schedules.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { inputClass } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";

/** A small whole number within a sentence; nothing is taken over before it is one. */
export function Count({
  label,
  value,
  min = 1,
  max = 9999,
  onChange,
}: {
  label: string;
  value: number;
  min?: number;
  max?: number;
  onChange: (value: number) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const text =
    typed !== undefined && (Number(typed) === value || !isWithin(typed, min, max)) ? typed : String(value);
  const isWrong = !isWithin(text, min, max);
  return (
    <input
      aria-label={label}
      aria-invalid={isWrong || undefined}
      title={isWrong ? `expected a whole number from ${min} to ${max}` : undefined}
      inputMode="numeric"
      value={text}
      onChange={({ target }) => {
        setTyped(target.value);
        if (isWithin(target.value, min, max)) onChange(Number(target.value));
      }}
      onBlur={() => setTyped(undefined)}
      className={cx(inputClass, "h-7 !w-14 shrink-0 text-center")}
    />
  );
}

const isWithin = (text: string, min: number, max: number) =>
  /^\d+$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;

// Weeks begin on Monday.
const weekOrder = [1, 2, 3, 4, 5, 6, 0];

/** At least one stays chosen. */
export function Weekdays({
  value,
  onChange,
}: {
  value: readonly number[];
  onChange: (days: number[]) => void;
}) {
  return (
    <div role="group" aria-label="Days of the week" className="inline-flex flex-wrap gap-1">
      {weekOrder.map((day) => (
        <Toggle
          key={day}
          label={weekdayNames[day] ?? ""}
          seen={2}
          isOn={value.includes(day)}
          onToggle={() => onChange(toggled(value, day))}
        />
      ))}
    </div>
  );
}

function toggled(values: readonly number[], one: number): number[] {
  const next = values.includes(one) ? values.filter((value) => value !== one) : [...values, one];
  return next.length > 0 ? next.sort((a, b) => weekOrder.indexOf(a) - weekOrder.indexOf(b)) : [...values];
}

interface ToggleProps {
  label: string;
  /** How many of its letters are in sight. */
  seen: number;
  isOn: boolean;
  onToggle: () => void;
}

export function Toggle({ label, seen, isOn, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      // What is in sight is its name, so that it can be called by it; the whole word describes it.
      title={label}
      aria-pressed={isOn}
      onClick={onToggle}
      className="h-7 min-w-7 rounded-md border border-control-line px-1.5 text-muted hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-strong aria-pressed:text-fg"
    >
      {label.slice(0, seen)}
    </button>
  );
}

interface TimesProps {
  hours: readonly number[];
  minute: number;
  onChange: (times: { hours: number[]; minute: number }) => void;
}

/** Times of day. In one rule all have the same minute, so only their hours are one's own. */
export function Times({ hours, minute, onChange }: TimesProps) {
  const [first = 0, ...more] = hours;
  const set = (next: readonly number[], at = minute) => onChange({ hours: [...new Set(next)], minute: at });
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Clock hour={first} minute={minute} onChange={(hour, at) => set([hour, ...more], at)} />
      {more.map((hour, index) => (
        <span key={hour} className="inline-flex items-center">
          <Count
            label={`Hour ${index + 2}`}
            min={0}
            max={23}
            value={hour}
            onChange={(next) => set([first, ...more.with(index, next)])}
          />
          <span className="text-muted">:{two(minute)}</span>
          <IconButton
            label={`Remove ${two(hour)}:${two(minute)}`}
            onClick={() => set([first, ...more.toSpliced(index, 1)])}
          >
            <X size={13} />
          </IconButton>
        </span>
      ))}
      {hours.length < 24 && (
        <Button variant="ghost" onClick={() => set([...hours, freeHour(hours)])} aria-label="Add a time">
          <Plus size={13} />
        </Button>
      )}
    </span>
  );
}

/** Of 24 hours, whatever the browser is set to: the same as everywhere else on the page. */
function Clock({
  hour,
  minute,
  onChange,
}: {
  hour: number;
  minute: number;
  onChange: (hour: number, minute: number) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const text = typed ?? `${two(hour)}:${two(minute)}`;
  const isWrong = clockIn(text) === undefined;
  return (
    <input
      aria-label="Time"
      aria-invalid={isWrong || undefined}
      title={isWrong ? "expected a time such as 17:30" : undefined}
      autoComplete="off"
      value={text}
      onChange={({ target }) => {
        setTyped(target.value);
        const at = clockIn(target.value);
        if (at) onChange(...at);
      }}
      onBlur={() => setTyped(undefined)}
      className={cx(inputClass, "h-7 !w-16 shrink-0 text-center")}
    />
  );
}

function clockIn(text: string): [hour: number, minute: number] | undefined {
  const [, hour = "", minute = "00"] = /^([01]?\d|2[0-3])(?::([0-5]\d))?$/.exec(text.trim()) ?? [];
  return hour === "" ? undefined : [Number(hour), Number(minute)];
}

const two = (value: number) => String(value).padStart(2, "0");
const freeHour = (hours: readonly number[]): number =>
  Array.from({ length: 24 }, (_, ahead) => ((hours.at(-1) ?? 0) + 1 + ahead) % 24).find(
    (hour) => !hours.includes(hour),
  ) ?? 0;

/** Days of a month, where -1 is the last. */
export function MonthDays({
  value,
  onChange,
}: {
  value: readonly number[];
  onChange: (days: number[]) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const plain = value.map((day) => (day === -1 ? "last" : String(day))).join(", ");
  const text = typed ?? plain;
  const days = monthDaysIn(text);
  return (
    <input
      aria-label="Days of the month"
      aria-invalid={days === undefined || undefined}
      title={days === undefined ? "expected days from 1 to 31, or last" : undefined}
      placeholder="1, 15, last"
      value={text}
      onChange={({ target }) => {
        setTyped(target.value);
        const next = monthDaysIn(target.value);
        if (next) onChange(next);
      }}
      onBlur={() => setTyped(undefined)}
      className={cx(inputClass, "h-7 !w-32")}
    />
  );
}

function monthDaysIn(text: string): number[] | undefined {
  const parts = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const days = parts.map((part) => (part === "last" ? -1 : /^\d{1,2}$/.test(part) ? Number(part) : 0));
  const isRight = days.length > 0 && days.every((day) => day === -1 || (day >= 1 && day <= 31));
  return isRight ? [...new Set(days)] : undefined;
}
