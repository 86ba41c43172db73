import { useNow } from "../../kit/now.ts";
import { Tooltip } from "../../kit/overlays/tooltip.tsx";
import { useSettings } from "../../settings.ts";
import { duration, roughly } from "./durations.ts";
import { absolute, timeOf } from "./times.ts";

/** How long ago, as a rough length of time; moves by itself. */
export function Since({ time }: { time: string }) {
  const ms = timeOf(time);
  const now = useNow(Date.now() - ms < 90_000 ? 1 : 30);
  return <Moment ms={ms} text={roughly(Math.max(1, (Math.max(now, Date.now() - 30_000) - ms) / 1000))} />;
}

/** How long until then, counted down; `over` from then on. */
export function Left({ time, over }: { time: string; over: string }) {
  const ms = timeOf(time);
  const seconds = (ms - useNow()) / 1000;
  return <Moment ms={ms} text={seconds <= 0 ? over : spell(seconds)} />;
}

const spell = (seconds: number): string =>
  seconds < 3600 ? duration(Math.floor(seconds)) : roughly(seconds);

function Moment({ ms, text }: { ms: number; text: string }) {
  const { zone } = useSettings();
  return (
    <Tooltip text={absolute(ms, zone)}>
      <time dateTime={new Date(ms).toISOString()} className="whitespace-nowrap">
        {text}
      </time>
    </Tooltip>
  );
}
