import { useEffect, useState } from "react";
import { pauseClocks } from "../kit/now.ts";
import { useFreshness } from "../live.ts";
import { within } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";

/** Says across the page that the server is away, since when, and stops the clocks until it answers again. */
export function Outage() {
  const isAway = useFreshness() === "offline";
  useEffect(() => {
    pauseClocks(isAway);
    return () => pauseClocks(false);
  }, [isAway]);
  return isAway ? <Away /> : null;
}

function Away() {
  const { zone } = useSettings();
  const [since] = useState(() => Date.now());
  return (
    <p role="alert" className="shrink-0 border-b bg-failed/12 px-4 py-2">
      <strong className="font-strong">The server cannot be reached.</strong> This page shows what was known at{" "}
      {within(since, zone, 0)} and loads again when the server answers.
    </p>
  );
}
