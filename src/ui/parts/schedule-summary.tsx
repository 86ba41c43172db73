import { inWords } from "../../rules/schedules.ts";
import type { DeploymentSchedule } from "../../schema/deployments.ts";

/** The schedules of a deployment in words, active ones first, in one line. */
export function ScheduleSummary({ schedules }: { schedules: readonly DeploymentSchedule[] }) {
  const active = schedules.filter((schedule) => schedule.active);
  const [first] = active;
  if (!first)
    return (
      <span className="text-faint">{schedules.length > 0 ? `${schedules.length} not active` : "–"}</span>
    );
  // The zone gives way before the words do.
  const [, words = "", zone] = /^(.*?)(?: \(([^()]+)\))?$/.exec(inWords(first.schedule)) ?? [];
  return (
    <span
      className="flex min-w-0 items-baseline gap-1.5"
      title={active.map(({ schedule }) => inWords(schedule)).join("\n")}
    >
      <span className="max-w-full shrink-0 truncate">{words}</span>
      {zone && <span className="min-w-0 truncate text-muted">{zone}</span>}
      {active.length > 1 && <span className="shrink-0 text-muted">and {active.length - 1} more</span>}
    </span>
  );
}
