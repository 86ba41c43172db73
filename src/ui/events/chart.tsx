import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { events, type ReceivedEvent } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import { query } from "../api.ts";
import { ChartFrame } from "../kit/chart-frame.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Failed } from "../kit/panel.tsx";
import { timeOf } from "../parts/time/times.ts";
import type { EventQuery } from "./fields.ts";

const TimeBars = lazyNamed(async () => (await import("../parts/charts/time-bars.tsx")).TimeBars);

const height = 84;
const bars = 60;

interface Props {
  asked: EventQuery;
  /** What is loaded, newest first, to choose a stretch of time that shows it. */
  rows: readonly ReceivedEvent[];
  onBrush: (from: number, to: number) => void;
}

/** How many events there were over time; dragging narrows the query to a stretch of it. */
export function Density({ asked, rows, onBrush }: Props) {
  const { from, to, step } = useStretch(asked, rows);
  const counts = useQuery({
    ...query(events.countBy, {
      countable: "time",
      filter: { ...asked.filter, occurred: { since: timestamp(from), until: timestamp(to) } },
      time_unit: "second",
      time_interval: step / 1000,
    }),
    placeholderData: (previous) => previous,
    meta: { live: "none" },
  });
  useReadAgain(rows[0]?.id, counts.refetch);
  const drawn = useMemo(
    () =>
      (counts.data ?? []).slice(0, bars).map(({ start_time, count }) => ({
        from: timeOf(start_time),
        to: timeOf(start_time) + step,
        parts: count > 0 ? [{ key: "events", label: "Events", count, ...paint }] : [],
      })),
    [counts.data, step],
  );
  if (counts.isError && !counts.data)
    return <Failed what="The chart" error={counts.error} onRetry={() => void counts.refetch()} />;
  return (
    <ChartFrame label="Events over time" height={height} isPending={!counts.data}>
      {(width) => (
        <Suspense fallback={null}>
          <TimeBars bars={drawn} what="events" width={width} height={height} onBrush={onBrush} />
        </Suspense>
      )}
    </ChartFrame>
  );
}

const paint = { color: "var(--muted)", fill: "var(--control-line)" };

const minute = 60_000;
const spans = [15, 60, 360, 1440, 3 * 1440, 7 * 1440, 30 * 1440, 180 * 1440].map((n) => n * minute);

/**
 * What the query says, else the shortest round stretch up to now that holds the first page. Its end moves on only with
 * the newest event, so that an idle page asks for nothing.
 */
function useStretch({ filter, since, until }: EventQuery, rows: readonly ReceivedEvent[]) {
  const [opened] = useState(Date.now);
  const times = rows.slice(0, 50).map(({ occurred }) => timeOf(occurred));
  const first = useFirst(filter, times);
  const end = until ?? Math.max(opened, ...times);
  const wanted = end - (since ?? first ?? end);
  const span =
    since === undefined ? (spans.find((one) => one >= wanted) ?? wanted) : Math.max(wanted, bars * 1000);
  const step = Math.ceil(span / bars / 1000) * 1000;
  const to = Math.ceil(end / step) * step;
  return { from: to - step * bars, to, step };
}

/** The oldest event of the first page; fixed for as long as the list is the same. */
function useFirst(filter: EventQuery["filter"], times: readonly number[]): number | undefined {
  const [known, setKnown] = useState<{ filter: object; at: number }>();
  if (known?.filter === filter) return known.at;
  if (times.length === 0) return undefined;
  const at = Math.min(...times);
  setKnown({ filter, at });
  return at;
}

const readEvery = 5_000;

/** Reads the counts again after events have come, at most every few seconds. */
function useReadAgain(newest: string | undefined, refetch: () => unknown): void {
  const seen = useRef({ newest, at: 0 });
  useEffect(() => {
    const { current } = seen;
    if (newest === undefined || current.newest === newest) return;
    const isFirst = current.newest === undefined;
    current.newest = newest;
    if (isFirst) current.at = Date.now();
    if (isFirst) return;
    const timer = setTimeout(
      () => {
        current.at = Date.now();
        void refetch();
      },
      Math.max(0, current.at + readEvery - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [newest, refetch]);
}
