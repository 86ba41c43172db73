import { Tooltip } from "../kit/overlays/tooltip.tsx";
import { absolute } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import type { Difference } from "./forecast.ts";

/** What saving would change: fires added and removed. */
export function ScheduleDifference({ difference, now }: { difference: Difference; now: number }) {
  const { zone } = useSettings();
  const { added, removed, kept, until } = difference;
  const days = Math.round((until - now) / 86_400_000);
  const span =
    days >= 1 ? `next ${days} days` : `next ${Math.max(1, Math.round((until - now) / 3_600_000))} hours`;
  if (added.count === 0 && removed.count === 0)
    return (
      <p role="status" className="text-muted">
        No fires change in the {span}.
      </p>
    );
  const at = (time = now) => absolute(time, zone).replace(".000", "");
  return (
    <p role="status" className="text-muted">
      In the {span}:{" "}
      {added.count > 0 && (
        <Tooltip text={`First ${at(added.first)}`}>
          <span className="font-strong text-completed">+{counted(added.count)} added</span>
        </Tooltip>
      )}
      {added.count > 0 && removed.count > 0 && ", "}
      {removed.count > 0 && (
        <Tooltip text={`First ${at(removed.first)}`}>
          <span className="font-strong text-danger">−{counted(removed.count)} removed</span>
        </Tooltip>
      )}
      {kept > 0 && `, ${kept.toLocaleString("en")} stay`}
    </p>
  );
}

const counted = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "fire" : "fires"}`;
