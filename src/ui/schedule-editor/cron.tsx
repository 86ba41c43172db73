import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { cx } from "../kit/cx.ts";
import type { KindProps } from "./drafts.ts";
import { Count, MonthDays, Times, Weekdays } from "./fields.tsx";
import { cronOfPlan, type Plan, planned, planOfCron } from "./plans.ts";

const patterns = [
  { value: "minute", label: "Every few minutes" },
  { value: "hour", label: "Every few hours" },
  { value: "day", label: "Daily" },
  { value: "week", label: "Weekly" },
  { value: "month", label: "Monthly" },
  { value: "custom", label: "Custom" },
] as const;
type Pattern = (typeof patterns)[number]["value"];

const minuteSteps = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const hourSteps = [1, 2, 3, 4, 6, 8, 12];

export function CronFields({ id, draft, onChange, problem }: KindProps) {
  const plan = draft.isCustom ? undefined : planOfCron(draft.cron);
  const set = (next: Plan) => onChange({ cron: cronOfPlan(next), isCustom: false });
  const choose = (pattern: Pattern) => {
    if (pattern === "custom") return onChange({ isCustom: true });
    set(planned({ ...(planOfCron(draft.cron) ?? {}), unit: pattern, every: 1 }));
  };
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        <Select label="Pattern" value={plan?.unit ?? "custom"} onChange={choose} options={patterns} />
        {plan && <Sentence plan={plan} onChange={set} />}
      </div>
      {!plan && <FiveFields cron={draft.cron} onChange={(cron) => onChange({ cron })} at={problem?.at} />}
      <Field id={`${id}-raw`} label="Cron" error={problem?.field === "cron" && problem.message}>
        <input
          {...inputProps(`${id}-raw`, { error: problem?.field === "cron" })}
          value={draft.cron}
          autoComplete="off"
          spellCheck={false}
          placeholder="0 9 * * 1-5"
          onChange={({ target }) => onChange({ cron: target.value, isCustom: false })}
          className={cx(inputClass, "h-8 font-mono")}
        />
      </Field>
      {hasBothDays(draft.cron) && (
        <Select
          label="When day of month and day of week are both given"
          value={draft.dayOr ? "or" : "and"}
          onChange={(next) => onChange({ dayOr: next === "or" })}
          options={[
            { value: "or", label: "Fire when either matches" },
            { value: "and", label: "Fire when both match" },
          ]}
        />
      )}
    </>
  );
}

function Sentence({ plan, onChange }: { plan: Plan; onChange: (plan: Plan) => void }) {
  const { unit, every, hours, minute } = plan;
  if (unit === "minute" || unit === "hour") {
    const steps = unit === "minute" ? minuteSteps : hourSteps;
    return (
      <>
        every
        <Select
          label={unit === "minute" ? "Minutes" : "Hours"}
          value={String(every)}
          onChange={(next) => onChange({ ...plan, every: Number(next) })}
          options={steps.map((step) => ({ value: String(step), label: String(step) }))}
        />
        {unit === "minute"
          ? every === 1
            ? "minute"
            : "minutes"
          : every === 1
            ? "hour at minute"
            : "hours at minute"}
        {unit === "hour" && (
          <Count
            label="Minute"
            min={0}
            max={59}
            value={minute}
            onChange={(next) => onChange({ ...plan, minute: next })}
          />
        )}
      </>
    );
  }
  return (
    <>
      {unit !== "day" && "on"}
      {unit === "week" && (
        <Weekdays value={plan.weekdays} onChange={(weekdays) => onChange({ ...plan, weekdays })} />
      )}
      {unit === "month" && (
        <MonthDays value={plan.monthDays} onChange={(monthDays) => onChange({ ...plan, monthDays })} />
      )}
      at
      <Times hours={hours} minute={minute} onChange={(times) => onChange({ ...plan, ...times })} />
    </>
  );
}

const fieldNames = ["minute", "hour", "day of month", "month", "day of week"];

/** Each field of a cron text in its own box. */
function FiveFields({
  cron,
  onChange,
  at,
}: {
  cron: string;
  onChange: (cron: string) => void;
  at: string | undefined;
}) {
  const fields = cron.trim().split(/\s+/);
  if (cron.trim().startsWith("@") || fields.length < 5) return null;
  const names = fields.length === 6 ? [...fieldNames, "second"] : fieldNames;
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(72px,1fr))] gap-2">
      {names.map((name, index) => (
        <label key={name} className="min-w-0 text-xs text-muted">
          <span className="block truncate first-letter:uppercase">{name}</span>
          <input
            value={fields[index] ?? ""}
            aria-invalid={at === name || undefined}
            autoComplete="off"
            spellCheck={false}
            // A blank would make two fields of one.
            onChange={({ target }) =>
              onChange(fields.with(index, target.value.replaceAll(/\s+/g, "") || "*").join(" "))
            }
            className={cx(inputClass, "mt-0.5 h-7 font-mono text-sm text-fg")}
          />
        </label>
      ))}
    </div>
  );
}

function hasBothDays(cron: string): boolean {
  const [, , date = "*", , weekday = "*"] = cron.trim().split(/\s+/);
  return date !== "*" && weekday !== "*" && cron.trim().split(/\s+/).length >= 5;
}
