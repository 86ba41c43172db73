import { useNow } from "../../kit/now.ts";
import { Tooltip } from "../../kit/overlays/tooltip.tsx";
import { useSettings } from "../../settings.ts";
import { absolute, past, short, timeOf, zoneLabel } from "./times.ts";

interface Props {
  /** As on the wire. */
  time: string | null | undefined;
  /** `relative`: 3m ago, and the date after a day; `clock`: 07:15:24. */
  as?: "relative" | "clock";
}

/** An instant; the exact time with its zone is in the tooltip and in the element's title for copying. */
export function Time({ time, as = "relative" }: Props) {
  return time ? <Known time={time} as={as} /> : <span className="text-faint">–</span>;
}

function Known({ time, as }: { time: string; as: "relative" | "clock" }) {
  const { zone } = useSettings();
  const ms = timeOf(time);
  // "3m ago" needs no second hand.
  const now = useNow(Math.abs(Date.now() - ms) < 90_000 ? 1 : 30);
  const text = as === "clock" ? short(ms, zone, now) : past(ms, zone, now);
  return (
    <Tooltip text={absolute(ms, zone)}>
      <time dateTime={time} className="whitespace-nowrap">
        {text}
      </time>
    </Tooltip>
  );
}

/** The zone in which times are shown; stands wherever times do. */
export function Zone() {
  const { zone } = useSettings();
  return <span className="text-faint">{zoneLabel(zone)}</span>;
}
