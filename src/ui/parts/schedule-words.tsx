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

/** When a schedule fires next, computed here: no request, and it is right again at each fire. */
export function NextFire({ schedule }: { schedule: Schedule }) {
  const now = useNow(1);
  const { zone } = useSettings();
  const minute = Math.floor(now / 60_000);
  const next = useMemo(() => nextOf(schedule, minute * 60_000), [schedule, minute]);
  const time = next.find((fire) => fire > now);
  if (time === undefined) return <span className="text-faint">never again</span>;
  return (
    <Tooltip text={absolute(time, zone).replace(".000", "")}>
      <time dateTime={new Date(time).toISOString()} className="whitespace-nowrap">
        {relative(time, now)}
      </time>
    </Tooltip>
  );
}

/** Enough for a minute of the fastest schedule there is. */
const ahead = 62;

function nextOf(schedule: Schedule, after: number): number[] {
  try {
    return fires(schedule, { after, limit: ahead, until: after + 366 * 86_400_000 });
  } catch {
    // One that is wrong or too slow to compute never fires.
    return [];
  }
}
