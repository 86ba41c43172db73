import { useState } from "react";
import { parseExact } from "../../schema/exact-json.ts";
import { inputClass, inputProps } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { cx } from "../kit/cx.ts";
import { absolute, zoneLabel } from "../parts/time/times.ts";
import { instantOf, wallClock, withOffset } from "../parts/time/wall-clock.ts";
import { useSettings } from "../settings.ts";
import type { ControlProps } from "./control.ts";
import {
  type ChoiceShape,
  type ChoicesShape,
  inOneLine,
  type NumberShape,
  numberIn,
  type Shape,
  sameJson,
  type TextShape,
} from "./shapes.ts";
import { isUnreadable, unreadable } from "./values.ts";

const tied = ({ id, shape, error, isRequired }: ControlProps) => ({
  ...inputProps(id, { description: shape.description, error }),
  "aria-required": isRequired || undefined,
});
const textIn = (value: unknown): string => (isUnreadable(value) ? value.text : inOneLine(value));
const placeholderOf = (base: unknown): string => (base === undefined ? "" : inOneLine(base));

export function TextPart({ shape, ...rest }: ControlProps<TextShape>) {
  const { value, base, isItem, onChange } = rest;
  if (shape.format === "date-time" && (value === undefined || value === "" || isTime(value)))
    return <TimePart shape={shape} {...rest} />;
  const text = textIn(value);
  // What is cleared is left out; in a list it can only be empty.
  const change = (next: string) => onChange(next === "" && !isItem ? undefined : next);
  const shared = { ...tied({ shape, ...rest }), value: text, placeholder: placeholderOf(base) };
  if (shape.isLong || text.includes("\n") || text.length > 100)
    return (
      <textarea
        {...shared}
        rows={Math.min(12, Math.max(2, text.split("\n").length))}
        onChange={({ target }) => change(target.value)}
        className={cx(inputClass, "block py-1.5")}
      />
    );
  const isDay = shape.format === "date" && (text === "" || isDate(text));
  // A field for days shows no placeholder: the default stands in it until another day is chosen.
  const isDefault = isDay && text === "" && isDate(base);
  return (
    <input
      {...shared}
      {...(isDefault && { value: base })}
      type={isDay ? "date" : shape.format === "password" ? "password" : "text"}
      autoComplete="off"
      spellCheck={shape.format === undefined}
      onChange={({ target }) => change(target.value)}
      // The browser keeps pasted lines out of a field of one line; text with lines gets a field of several.
      onPaste={(event) => {
        const pasted = event.clipboardData.getData("text");
        if (!pasted.includes("\n") || shape.format) return;
        event.preventDefault();
        onChange(text + pasted);
      }}
      className={cx(
        inputClass,
        "h-8",
        isDay ? "max-w-64" : shape.format && "font-mono text-xs",
        isDefault && "text-faint",
      )}
    />
  );
}

const isDate = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
const isTime = (value: unknown): value is string =>
  typeof value === "string" && /[T ].*(Z|[+-]\d{2}:?\d{2})$/i.test(value) && !Number.isNaN(Date.parse(value));

/** Typed in the zone that all times are shown in, which stands beside it; kept with its offset, so nothing is guessed. */
function TimePart({ shape, ...rest }: ControlProps<TextShape>) {
  const { value, base, onChange } = rest;
  const { zone } = useSettings();
  const isDefault = value === undefined && isTime(base);
  const time = isDefault ? base : value;
  const ms = isTime(time) ? Date.parse(time) : undefined;
  const change = (wall: string) => {
    const instant = wall === "" ? undefined : instantOf(wall, zone);
    const empty = rest.isItem ? "" : undefined;
    onChange(instant === undefined ? empty : withOffset(instant, zone));
  };
  return (
    <>
      <span className="flex items-center gap-2">
        <input
          {...tied({ shape, ...rest })}
          type="datetime-local"
          step={1}
          value={ms === undefined ? "" : wallClock(ms, zone)}
          onChange={({ target }) => change(target.value)}
          className={cx(inputClass, "h-8 max-w-64", isDefault && "text-faint")}
        />
        <span className="text-muted">{zoneLabel(zone, ms ?? Date.now())}</span>
      </span>
      {ms === undefined
        ? typeof base === "string" && <p className="mt-1 text-muted">{placeholderOf(base)}</p>
        : zone !== "UTC" && <p className="mt-1 text-muted">{absolute(ms, "UTC").replace(".000", "")}</p>}
    </>
  );
}

export function NumberPart({ shape, ...rest }: ControlProps<NumberShape>) {
  const { value, base, onChange } = rest;
  // `1.` and `1e` are on the way to a number: what was typed stays while it means the value.
  const [typed, setTyped] = useState<string>();
  const text = typed !== undefined && sameJson(readNumber(typed), value) ? typed : textIn(value ?? undefined);
  const change = (next: string) => {
    setTyped(next);
    onChange(readNumber(next) ?? (rest.isItem ? null : undefined));
  };
  const step = (by: number) => {
    const from = numberIn(value) ?? numberIn(base) ?? 0;
    const next = from + by * (shape.multipleOf ?? 1);
    change(String(Math.min(Math.max(next, shape.min ?? next), shape.max ?? next)));
  };
  return (
    <input
      {...tied({ shape, ...rest })}
      inputMode={shape.isInteger ? "numeric" : "decimal"}
      autoComplete="off"
      value={text}
      placeholder={placeholderOf(base)}
      onChange={({ target }) => change(target.value)}
      onKeyDown={(event) => {
        if (event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        step(event.key === "ArrowUp" ? 1 : -1);
      }}
      className={cx(inputClass, "h-8 max-w-64")}
    />
  );
}

function readNumber(text: string): unknown {
  const trimmed = text.trim().replaceAll("_", "");
  if (trimmed === "") return undefined;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed))
    return unreadable(text, `expected a number, got "${text}"`);
  const digits = /^\+?(-?)0*(\d+)$/.exec(trimmed);
  // More digits than a number holds are kept as they were typed, where the browser can write them.
  const value = digits ? parseExact(`${digits[1]}${digits[2]}`) : Number(trimmed);
  if (digits && typeof value === "number" && !Number.isSafeInteger(value))
    return unreadable(text, "this browser keeps no whole number beyond 9007199254740991 exactly");
  return value;
}

const truths = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
] as const;

export function TruthPart({ name, value, base, onChange }: ControlProps) {
  const shown = value ?? base;
  return (
    <Segmented<string>
      label={name}
      value={typeof shown === "boolean" ? String(shown) : ""}
      onChange={(next) => onChange(next === "true")}
      options={truths}
    />
  );
}

export function ChoicePart({ shape, ...rest }: ControlProps<ChoiceShape>) {
  const { value, base, isRequired, isItem, onChange } = rest;
  const at = shape.options.findIndex((option) => sameJson(option, value));
  const left = base !== undefined ? inOneLine(base) : isRequired || isItem ? "Choose" : "Not set";
  const isStrange = value !== undefined && value !== null && at < 0;
  return (
    <select
      {...tied({ shape, ...rest })}
      value={isStrange ? "strange" : String(at)}
      onChange={({ target }) => onChange(shape.options[Number(target.value)])}
      className={cx(inputClass, "h-8 max-w-96", at < 0 && !isStrange && "text-faint")}
    >
      {isStrange && <option value="strange">{textIn(value)}</option>}
      {(!isItem || at < 0) && (
        <option value="-1" className="bg-raised">
          {left}
        </option>
      )}
      {shape.options.map((option, index) => (
        <option key={inOneLine(option)} value={index} className="bg-raised text-fg">
          {inOneLine(option)}
        </option>
      ))}
    </select>
  );
}

export function ChoicesPart({ shape, value, base, onChange }: ControlProps<ChoicesShape>) {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : Array.isArray(base) ? base : [];
  const isChosen = (option: unknown) => chosen.some((one) => sameJson(one, option));
  const strangers = chosen.filter((one) => !shape.options.some((option) => sameJson(one, option)));
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1">
      {[...shape.options, ...strangers].map((option) => (
        <label key={inOneLine(option)} className="inline-flex min-h-7 items-center gap-2">
          <input
            type="checkbox"
            checked={isChosen(option)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, option] : chosen.filter((one) => !sameJson(one, option)))
            }
            className="size-3.5 accent-accent"
          />
          {inOneLine(option)}
        </label>
      ))}
    </div>
  );
}

/** A value that is what it is. */
export function Fixed({ id, name, value }: { id: string; name: string; value: Shape | unknown }) {
  return (
    <input
      id={id}
      aria-label={name}
      readOnly
      value={inOneLine(value)}
      className={cx(inputClass, "h-8 max-w-64 font-mono text-xs text-muted")}
    />
  );
}
