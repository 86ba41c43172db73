import { Tooltip } from "../kit/tooltip.tsx";
import { useSettings } from "../settings.ts";
import type { Difference } from "./schedule-forecast.ts";
import { absolute } from "./times.ts";

/** What saving would change: fires added and removed. */
export function ScheduleDifference({ difference, now }: { difference: Difference; now: number }) {
  const { zone } = useSettings();
  const { added, removed, kept, until } = difference;
  const days = Math.round((until - now) / 86_400_000);
  const span =
    days >= 1 ? `next ${days} days` : `next ${Math.max(1, Math.round((until - now) / 3_600_000))} hours`;
  if (added.length === 0 && removed.length === 0)
    return (
      <p role="status" className="text-muted">
        No fire of the {span} changes.
      </p>
    );
  const first = (times: readonly number[]) => absolute(times[0] ?? now, zone).replace(".000", "");
  return (
    <p role="status" className="text-muted">
      In the {span}:{" "}
      {added.length > 0 && (
        <Tooltip text={`First ${first(added)}`}>
          <span className="font-strong text-completed">+{counted(added.length)} added</span>
        </Tooltip>
      )}
      {added.length > 0 && removed.length > 0 && ", "}
      {removed.length > 0 && (
        <Tooltip text={`First ${first(removed)}`}>
          <span className="font-strong text-danger">−{counted(removed.length)} removed</span>
        </Tooltip>
      )}
      {kept > 0 && `, ${kept.toLocaleString("en")} stay`}
    </p>
  );
}

const counted = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "fire" : "fires"}`;
