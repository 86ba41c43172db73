import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { ScheduleCreate } from "../../schema/deployments.ts";
import type { Json } from "../../schema/scalars.ts";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { cx } from "../kit/cx.ts";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";
import type { ScheduleEditorProps } from "./props.ts";

/** How many runs of one schedule may stand ready. */
const mostRuns = 50;

/** What there is to a schedule besides its times. */
export function useScheduleOptions(props: ScheduleEditorProps) {
  const { saved, takenSlugs } = props;
  const [active, setActive] = useState(saved?.active ?? true);
  const [slug, setSlug] = useState(saved?.slug ?? "");
  const [runs, setRuns] = useState(saved?.max_scheduled_runs?.toString() ?? "");
  const overrides = useOverrides(props);
  const slugProblem = takenSlugs.includes(slug.trim())
    ? `another schedule of this deployment has the slug ${slug.trim()}`
    : undefined;
  const isCount = /^\d+$/.test(runs.trim()) && Number(runs) >= 1 && Number(runs) <= mostRuns;
  const runsProblem =
    runs.trim() === "" || isCount ? undefined : `expected a whole number from 1 to ${mostRuns}, or nothing`;
  const read = (): Omit<ScheduleCreate, "schedule"> | undefined => {
    const parameters = overrides.read();
    if (slugProblem || runsProblem || !parameters) return undefined;
    const name = slug.trim() || null;
    return {
      active,
      max_scheduled_runs: runs.trim() === "" ? null : Number(runs),
      parameters,
      slug: name,
      replaces: saved?.slug && saved.slug !== name ? saved.slug : null,
    };
  };
  const isWrong = slugProblem !== undefined || runsProblem !== undefined || overrides.isWrong;
  return {
    active,
    setActive,
    slug,
    setSlug,
    slugProblem,
    runs,
    setRuns,
    runsProblem,
    overrides,
    isWrong,
    read,
  };
}

/** The parameters in which the schedule differs from its deployment. */
function useOverrides({ saved, parameterSchema, parameters }: ScheduleEditorProps) {
  const form = useSchemaForm({
    schema: parameterSchema,
    value: saved?.parameters ?? {},
    fallback: parameters,
    fallbackName: "deployment",
  });
  const isEmpty = !form.mistake && Object.keys(form.value).length === 0;
  const [isOpen, setOpen] = useState(!isEmpty);
  // Once it was open the form stays, with what was typed into it.
  const [isWanted, setWanted] = useState(isOpen);
  if (isOpen && !isWanted) setWanted(true);
  const read = (): Json | undefined => {
    const values = isEmpty ? {} : form.submit();
    if (!values) setOpen(true);
    return values;
  };
  const isWrong = !isEmpty && form.tries > 0 && (form.mistake !== undefined || form.problems.length > 0);
  return { form, isOpen, setOpen, isWanted, isWrong, read };
}

interface Props extends Pick<ScheduleEditorProps, "isDeploymentPaused"> {
  id: string;
  options: ReturnType<typeof useScheduleOptions>;
}

export function ScheduleOptions({ id, options, isDeploymentPaused }: Props) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          id={`${id}-slug`}
          label="Slug"
          description="Identifies the schedule in code and on redeployment."
          error={options.slugProblem}
        >
          <input
            {...inputProps(`${id}-slug`, { description: true, error: options.slugProblem })}
            value={options.slug}
            autoComplete="off"
            spellCheck={false}
            placeholder="none"
            onChange={({ target }) => options.setSlug(target.value)}
            className={cx(inputClass, "h-8")}
          />
        </Field>
        <Field
          id={`${id}-runs`}
          label="Max scheduled runs"
          description="Runs created ahead of time."
          error={options.runsProblem}
        >
          <input
            {...inputProps(`${id}-runs`, { description: true, error: options.runsProblem })}
            value={options.runs}
            inputMode="numeric"
            autoComplete="off"
            placeholder="server default"
            onChange={({ target }) => options.setRuns(target.value)}
            className={cx(inputClass, "h-8")}
          />
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label="State"
          value={options.active ? "active" : "paused"}
          onChange={(next) => options.setActive(next === "active")}
          options={[
            { value: "active", label: "Active" },
            { value: "paused", label: "Paused" },
          ]}
        />
        {isDeploymentPaused && (
          <span className="text-late">The deployment is paused: nothing fires until it is resumed.</span>
        )}
      </div>
      <Overrides {...options.overrides} />
    </div>
  );
}

function Overrides({ form, isOpen, setOpen, isWanted }: ReturnType<typeof useOverrides>) {
  const count = Object.keys(form.value).length;
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      className="group border-t pt-2"
    >
      <summary className="flex min-h-8 items-center font-strong">
        <ChevronRight size={13} className="mr-1 text-faint transition-transform group-open:rotate-90" />
        Parameters of this schedule
        <span className="ml-2 font-normal text-muted">
          {count === 0 ? "same as the deployment" : `${count} overridden`}
        </span>
      </summary>
      {isWanted && (
        <div className="pt-2">
          <SchemaForm form={form} label="Parameters of this schedule" />
        </div>
      )}
    </details>
  );
}
