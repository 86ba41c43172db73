import { type DeploymentSchedule, inOrderOfCreation } from "../../../schema/deployments.ts";
import { wordsOf } from "./fires.ts";

/** The schedules of a deployment in words, active ones first, in one line. */
export function ScheduleSummary({ schedules }: { schedules: readonly DeploymentSchedule[] }) {
  const active = inOrderOfCreation(schedules).filter((schedule) => schedule.active);
  const [first] = active;
  if (!first)
    return <span className="text-faint">{schedules.length > 0 ? `${schedules.length} inactive` : "–"}</span>;
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <Clipped
        words={wordsOf(first.schedule)}
        title={active.map(({ schedule }) => wordsOf(schedule)).join("\n")}
      />
      {active.length > 1 && <span className="shrink-0 text-muted">and {active.length - 1} more</span>}
    </span>
  );
}

/** Words of a schedule where there is little room: the zone at their end gives way before they do. */
export function Clipped({ words, title = words }: { words: string; title?: string }) {
  const [, rhythm = "", zone] = /^(.*?)(?: \(([^()]+)\))?$/.exec(words) ?? [];
  return (
    <span className="flex min-w-0 items-baseline gap-1.5" title={title}>
      <span className="max-w-full shrink-0 truncate">{rhythm}</span>
      {zone && <span className="min-w-0 truncate text-muted">{zone}</span>}
    </span>
  );
}
