import { monthNames, weekdayNames } from "../../rules/schedules.ts";
import { isTimeZone } from "../../schema/schedules.ts";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { cx } from "../kit/cx.ts";
import type { KindProps } from "./drafts.ts";
import { Count, MonthDays, Times, Toggle, Weekdays } from "./fields.tsx";
import { planned, ruleOfPlan, weekdayCodes } from "./plans.ts";
import {
  lastDay,
  partOf,
  type RuleText,
  readRule,
  ruleTime,
  wallOfRule,
  withEndLikeStart,
  withPart,
  withParts,
  writeRule,
} from "./rule-text.ts";

const frequencies = [
  { value: "MINUTELY", label: "minutes" },
  { value: "HOURLY", label: "hours" },
  { value: "DAILY", label: "days" },
  { value: "WEEKLY", label: "weeks" },
  { value: "MONTHLY", label: "months" },
  { value: "YEARLY", label: "years" },
] as const;
type Frequency = (typeof frequencies)[number]["value"];
const isOfDays = (frequency: string) => ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].includes(frequency);
const isOfMonths = (frequency: string) => frequency === "MONTHLY" || frequency === "YEARLY";

export function RRuleFields({ id, draft, onChange, problem }: KindProps) {
  const rule = readRule(draft.rrule);
  const zone = isTimeZone(draft.timezone) ? draft.timezone : "UTC";
  const set = (next: RuleText) => onChange({ rrule: writeRule(withEndLikeStart(next, zone)) });
  const error = problem?.field === "rrule" && problem.message;
  return (
    <>
      {rule ? (
        <RuleFields id={id} rule={rule} zone={zone} onChange={set} />
      ) : (
        <Unreadable onChange={onChange} />
      )}
      <Field id={`${id}-raw`} label="RRULE" error={error}>
        <textarea
          {...inputProps(`${id}-raw`, { error })}
          value={draft.rrule}
          rows={Math.min(8, Math.max(2, draft.rrule.split("\n").length))}
          spellCheck={false}
          placeholder="FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0"
          onChange={({ target }) => onChange({ rrule: target.value })}
          className={cx(inputClass, "block py-1.5 font-mono text-xs leading-5 break-all")}
        />
      </Field>
    </>
  );
}

function Unreadable({ onChange }: Pick<KindProps, "onChange">) {
  return (
    <p className="text-muted">
      The fields show a single rule; edit this one as text.{" "}
      <button
        type="button"
        className="text-accent underline"
        onClick={() => onChange({ rrule: ruleOfPlan(planned({})) })}
      >
        Start with a simple rule
      </button>
    </p>
  );
}

interface RuleProps {
  rule: RuleText;
  onChange: (rule: RuleText) => void;
}

function RuleFields({ id, rule, zone, onChange }: RuleProps & { id: string; zone: string }) {
  const frequency = partOf(rule, "FREQ") ?? "";
  const known = frequencies.find(({ value }) => value === frequency)?.value;
  const choose = (next: Frequency) => onChange(withFrequency(rule, next));
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        Every
        <Count
          label="Number"
          value={Number(partOf(rule, "INTERVAL") ?? 1)}
          onChange={(next) => onChange(withPart(rule, "INTERVAL", next === 1 ? undefined : next))}
        />
        <Select<Frequency | "">
          label="Frequency"
          value={known ?? ""}
          onChange={(next) => next && choose(next)}
          options={
            known ? frequencies : [{ value: "", label: frequency.toLowerCase() || "choose" }, ...frequencies]
          }
        />
        {isOfMonths(frequency) ? (
          <DaysOfMonth rule={rule} onChange={onChange} />
        ) : (
          <DaysOfWeek rule={rule} onChange={onChange} />
        )}
        {isOfDays(frequency) && <AtTimes rule={rule} onChange={onChange} />}
      </div>
      {isOfMonths(frequency) && <Months rule={rule} onChange={onChange} />}
      <div className="grid gap-3 sm:grid-cols-2">
        <Start id={id} rule={rule} onChange={onChange} />
        <End id={id} rule={rule} zone={zone} onChange={onChange} />
      </div>
      <Rest rule={rule} />
    </>
  );
}

/** What another frequency would read differently is taken out. */
function withFrequency(rule: RuleText, frequency: Frequency): RuleText {
  const plain =
    partOf(rule, "BYDAY")
      ?.split(",")
      .every((code) => weekdayCodes.includes(code)) ?? true;
  return withParts(rule, {
    FREQ: frequency,
    ...(isOfMonths(frequency) ? {} : { BYMONTHDAY: undefined }),
    ...(isOfMonths(frequency) || !plain ? { BYDAY: undefined } : {}),
    ...(isOfDays(frequency) ? {} : { BYHOUR: undefined, BYMINUTE: undefined }),
    ...(frequency === "WEEKLY" && !partOf(rule, "BYDAY") ? { BYDAY: "MO" } : {}),
    ...(frequency === "MONTHLY" && !partOf(rule, "BYMONTHDAY") ? { BYMONTHDAY: "1" } : {}),
  });
}

function DaysOfWeek({ rule, onChange }: RuleProps) {
  const codes = partOf(rule, "BYDAY")?.split(",") ?? [];
  const isWeekly = partOf(rule, "FREQ") === "WEEKLY";
  if (codes.some((code) => !weekdayCodes.includes(code))) return null;
  // Of days, hours and minutes, no weekday chosen means all.
  const days =
    codes.length > 0 || isWeekly ? codes.map((code) => weekdayCodes.indexOf(code)) : [0, 1, 2, 3, 4, 5, 6];
  const set = (next: readonly number[]) =>
    onChange(
      withPart(
        rule,
        "BYDAY",
        next.length === 7 && !isWeekly ? undefined : next.map((day) => weekdayCodes[day]).join(","),
      ),
    );
  return (
    <>
      on
      <Weekdays value={days} onChange={set} />
    </>
  );
}

const ordinals = [
  { value: "1", label: "first" },
  { value: "2", label: "second" },
  { value: "3", label: "third" },
  { value: "4", label: "fourth" },
  { value: "-1", label: "last" },
] as const;
const weekdayOptions = [...weekdayNames.slice(1), ...weekdayNames.slice(0, 1)].map((label) => ({
  value: label.slice(0, 2).toUpperCase(),
  label,
}));

function DaysOfMonth({ rule, onChange }: RuleProps) {
  const [, nth = "1", day = "MO"] = /^(-?\d)([A-Z]{2})$/.exec(partOf(rule, "BYDAY") ?? "") ?? [];
  const isNth = /^-?\d[A-Z]{2}$/.test(partOf(rule, "BYDAY") ?? "");
  const ordinal = ordinals.find(({ value }) => value === nth)?.value ?? "1";
  const days = partOf(rule, "BYMONTHDAY")?.split(",").map(Number) ?? [];
  const choose = (mode: "date" | "nth") =>
    onChange(
      withParts(
        rule,
        mode === "date" ? { BYDAY: undefined, BYMONTHDAY: "1" } : { BYDAY: "1MO", BYMONTHDAY: undefined },
      ),
    );
  return (
    <>
      on
      <Select
        label="Which days"
        value={isNth ? "nth" : "date"}
        onChange={choose}
        options={[
          { value: "date", label: "day" },
          { value: "nth", label: "the" },
        ]}
      />
      {isNth ? (
        <>
          <Select
            label="Which one"
            value={ordinal}
            onChange={(next) => onChange(withPart(rule, "BYDAY", next + day))}
            options={ordinals}
          />
          <Select
            label="Day of the week"
            value={day}
            onChange={(next) => onChange(withPart(rule, "BYDAY", ordinal + next))}
            options={weekdayOptions}
          />
        </>
      ) : (
        <MonthDays value={days} onChange={(next) => onChange(withPart(rule, "BYMONTHDAY", next.join(",")))} />
      )}
    </>
  );
}

function AtTimes({ rule, onChange }: RuleProps) {
  const hours = partOf(rule, "BYHOUR")?.split(",").map(Number);
  const minutes = partOf(rule, "BYMINUTE")?.split(",").map(Number);
  const start = wallOfRule(rule.start ?? "");
  if ((minutes?.length ?? 1) > 1) return null;
  return (
    <>
      at
      <Times
        hours={hours ?? [Number(start?.slice(11, 13) ?? 0)]}
        minute={minutes?.[0] ?? Number(start?.slice(14, 16) ?? 0)}
        onChange={(times) =>
          onChange(withParts(rule, { BYHOUR: times.hours.join(","), BYMINUTE: times.minute }))
        }
      />
    </>
  );
}

function Months({ rule, onChange }: RuleProps) {
  const months = partOf(rule, "BYMONTH")?.split(",").map(Number) ?? [];
  const toggle = (month: number) => {
    const next = months.includes(month)
      ? months.filter((one) => one !== month)
      : [...months, month].sort((a, b) => a - b);
    onChange(withPart(rule, "BYMONTH", next.length === 12 ? undefined : next.join(",")));
  };
  return (
    <div role="group" aria-label="Months" className="flex flex-wrap items-center gap-1">
      <span className="mr-0.5">in</span>
      {monthNames.map((name, index) => (
        <Toggle
          key={name}
          label={name}
          seen={3}
          isOn={months.includes(index + 1)}
          onToggle={() => toggle(index + 1)}
        />
      ))}
      {months.length === 0 && <span className="ml-1 text-muted">all months</span>}
    </div>
  );
}

function Start({ id, rule, onChange }: RuleProps & { id: string }) {
  const set = (wall: string) => {
    const zone = /^(;[^:]*)?:/.exec(rule.start ?? "")?.[1] ?? "";
    onChange({
      ...rule,
      start: wall === "" ? undefined : `${zone}:${ruleTime(wall)}`,
      isNamed: rule.isNamed || wall !== "",
    });
  };
  return (
    <Field id={`${id}-start`} label="Starting" description="The anchor: nothing fires before it.">
      <input
        {...inputProps(`${id}-start`, { description: true })}
        type="datetime-local"
        value={wallOfRule(rule.start ?? "") ?? ""}
        step={1}
        onChange={({ target }) => set(target.value)}
        className={cx(inputClass, "h-8")}
      />
    </Field>
  );
}

function End({ id, rule, zone, onChange }: RuleProps & { id: string; zone: string }) {
  const count = partOf(rule, "COUNT");
  const until = partOf(rule, "UNTIL");
  const kind = count !== undefined ? "count" : until !== undefined ? "until" : "never";
  const choose = (next: typeof kind) =>
    onChange(
      withParts(rule, {
        COUNT: next === "count" ? 10 : undefined,
        UNTIL: next === "until" ? `${new Date().getFullYear() + 1}1231T235959` : undefined,
      }),
    );
  return (
    <Field id={`${id}-end`} label="Ending">
      <span className="flex flex-wrap items-center gap-1.5">
        <Select
          id={`${id}-end`}
          label="Ending"
          value={kind}
          onChange={choose}
          options={[
            { value: "never", label: "Never" },
            { value: "count", label: "After" },
            { value: "until", label: "On" },
          ]}
        />
        {kind === "count" && (
          <>
            <Count
              label="Times"
              value={Number(count)}
              onChange={(next) => onChange(withPart(rule, "COUNT", next))}
            />{" "}
            times
          </>
        )}
        {kind === "until" && (
          <input
            type="date"
            aria-label="Last day"
            value={lastDay(rule, zone)}
            onChange={({ target }) =>
              target.value && onChange(withPart(rule, "UNTIL", ruleTime(`${target.value}T23:59:59`)))
            }
            className={cx(inputClass, "h-7 !w-auto")}
          />
        )}
      </span>
    </Field>
  );
}

const shown = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYHOUR", "BYMINUTE", "COUNT", "UNTIL"];

/** What is kept, but has no field. */
function Rest({ rule }: { rule: RuleText }) {
  const rest = [
    ...rule.parts.filter(([name]) => !shown.includes(name)).map(([name, value]) => `${name}=${value}`),
    ...rule.others,
  ];
  if (rest.length === 0) return null;
  return (
    <p className="break-all text-muted">
      Only in the text: <code>{rest.join(" ")}</code>
    </p>
  );
}
