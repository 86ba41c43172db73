import { useMemo } from "react";
import { fires, inWords } from "../../rules/schedules.ts";
import type { Schedule } from "../../schema/schedules.ts";
import { cx } from "../kit/cx.ts";
import { useNow } from "../kit/now.ts";
import { Tooltip } from "../kit/tooltip.tsx";
import { useSettings } from "../settings.ts";
import { absolute, relative } from "./times.ts";

interface Props {
  schedule: Schedule;
  /** Paused, or its deployment is. */
  isPaused?: boolean;
}

/** A schedule in one line: its words, which name its zone, and when it fires next. */
export function ScheduleWords({ schedule, isPaused = false }: Props) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-baseline gap-2">
      <span className={cx("min-w-0 truncate", isPaused && "text-faint")} title={inWords(schedule)}>
        {inWords(schedule)}
      </span>
      <span className="shrink-0 text-muted">{isPaused ? "paused" : <NextFire schedule={schedule} />}</span>
    </span>
  );
}

/** When a schedule fires next, computed here: no request, and it is right again after each fire. */
export function NextFire({ schedule }: { schedule: Schedule }) {
  const minute = useNow(60);
  const next = useMemo(() => nextOf(schedule, minute), [schedule, minute]);
  if (!next) return <span className="text-faint">cannot be computed</span>;
  if (next.every((time) => time <= minute)) return <span className="text-faint">never again</span>;
  return <NextOf fires={next} />;
}

function NextOf({ fires }: { fires: readonly number[] }) {
  const { zone } = useSettings();
  const soon = fires.find((time) => time > Date.now()) ?? 0;
  // "in 3h" needs no second hand.
  const now = useNow(soon - Date.now() < 90_000 ? 1 : 30);
  const time = fires.find((fire) => fire > now) ?? soon;
  return (
    <Tooltip text={absolute(time, zone).replace(".000", "")}>
      <time dateTime={new Date(time).toISOString()} className="whitespace-nowrap">
        {relative(time, Math.max(now, Date.now() - 30_000))}
      </time>
    </Tooltip>
  );
}

/** Enough for a minute of the fastest schedule there is. */
const ahead = 62;
/** Less than in the editor: a list has many, and they are looked at in passing. */
const effort = 20_000;

/** Undefined for a schedule that is wrong, or would take too long. */
function nextOf(schedule: Schedule, after: number): number[] | undefined {
  try {
    return fires(schedule, { after, limit: ahead, until: after + 366 * 86_400_000, effort });
  } catch {
    return undefined;
  }
}
