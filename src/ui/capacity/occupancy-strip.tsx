import { type PointerEvent, useState } from "react";
import {
  type NextSlot,
  type OwnerOccupancy,
  occupancyCount,
  occupancyMinutes,
} from "../../schema/occupancy.ts";
import { useNow } from "../kit/now.ts";
import { Tooltip } from "../kit/overlays/tooltip.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import { duration, roughly } from "../parts/time/durations.ts";
import { short, timeOf } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import type { KnownOccupancy } from "./use-occupancy.ts";

interface Props {
  /** What it is the occupancy of: `Limit database`. */
  label: string;
  /** Of the limit or the queue. */
  id: string;
  limit: number | null;
  /** What is taken and waits at this moment, where that is known: newer than what was recorded. */
  present?: { used: number; waiting: number };
  occupancy: KnownOccupancy;
}

const height = 22;
/** What waits stands above what is taken. */
const usedHeight = 14;

/** The last 24 hours in slots of ten minutes: what was taken, and above that what waited. */
export function OccupancyStrip({ label, id, limit, present, occupancy }: Props) {
  const [place, setPlace] = useState<number | undefined>();
  const { since } = occupancy;
  if (!occupancy.isKnown) return null;
  const recorded = [...occupancy.recorded.slice(0, -1), since !== undefined];
  const owner = withPresent(occupancy.of(id), id, present);
  const summary = summaryOf(owner, recorded);
  const move = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPlace(
      Math.min(occupancyCount - 1, Math.max(0, Math.floor(((clientX - left) / width) * occupancyCount))),
    );
  };
  return (
    <div className="flex min-w-0 items-center gap-3 text-xs text-muted">
      <svg
        role="img"
        aria-label={`${label}, last 24 hours: ${summary}`}
        viewBox={`0 0 ${occupancyCount} ${height}`}
        preserveAspectRatio="none"
        className="h-[22px] w-[288px] max-w-full shrink-0 rounded-sm border bg-surface max-sm:w-full"
        onPointerMove={move}
        onPointerLeave={() => setPlace(undefined)}
      >
        <path d={unrecorded(recorded)} className="fill-sunken" />
        <path d={bars(owner?.used ?? [], limit, usedHeight, height)} className="fill-running" opacity="0.7" />
        <path
          d={bars(owner?.waiting ?? [], null, height - usedHeight - 2, height - usedHeight - 1)}
          className="fill-late"
        />
      </svg>
      <span className="min-w-0 truncate max-sm:hidden">
        {place === undefined || since === undefined ? (
          summary
        ) : (
          <Slot owner={owner} place={place} since={since} isRecorded={recorded[place] === true} />
        )}
      </span>
    </div>
  );
}

/** The last slot of time goes on. */
function withPresent(
  owner: OwnerOccupancy | undefined,
  id: string,
  present: Props["present"],
): OwnerOccupancy | undefined {
  if (!present || present.used + present.waiting === 0) return owner;
  const none = Array<number>(occupancyCount).fill(0);
  const { used, waiting, ...rest } = owner ?? { id, used: none, waiting: none, wait_seconds: none };
  const raised = (values: readonly number[], value: number) =>
    values.with(-1, Math.max(values.at(-1) ?? 0, value));
  return { ...rest, used: raised(used, present.used), waiting: raised(waiting, present.waiting) };
}

/** One path for all bars, from `bottom` upwards; the greatest value, or the limit, is as high as there is room. */
function bars(values: readonly number[], limit: number | null, room: number, bottom: number): string {
  const most = Math.max(limit ?? 0, ...values, 1);
  return values
    .map((value, place) => {
      if (value === 0) return "";
      const size = Math.max(1.5, (value / most) * room);
      return `M${place} ${bottom}v${-size}h0.9v${size}z`;
    })
    .join("");
}

const unrecorded = (recorded: readonly boolean[]): string =>
  recorded.map((isOn, place) => (isOn ? "" : `M${place} 0v${height}h1v${-height}z`)).join("");

function summaryOf(owner: OwnerOccupancy | undefined, recorded: readonly boolean[]): string {
  const hours = (recorded.filter(Boolean).length * occupancyMinutes) / 60;
  const span =
    hours < 23.5 ? `recorded for ${duration(Math.max(1, Math.round(hours * 60)) * 60)}` : "last 24h";
  if (recorded.length === 0) return "";
  if (!owner) return `not in use, ${span}`;
  const wait = Math.max(...owner.wait_seconds);
  const waiting = Math.max(...owner.waiting);
  const queued =
    waiting > 0
      ? `, up to ${waiting.toLocaleString("en")} waiting${wait > 0 ? `, longest ${roughly(wait)}` : ""}`
      : "";
  return `peak ${Math.max(...owner.used).toLocaleString("en")} in use${queued}, ${span}`;
}

interface SlotProps {
  owner: OwnerOccupancy | undefined;
  place: number;
  since: string;
  isRecorded: boolean;
}

function Slot({ owner, place, since, isRecorded }: SlotProps) {
  const { zone } = useSettings();
  const at = timeOf(since) + place * occupancyMinutes * 60_000;
  const waiting = owner?.waiting[place] ?? 0;
  const wait = owner?.wait_seconds[place] ?? 0;
  return (
    <>
      {short(at, zone, Date.now())}{" "}
      {isRecorded
        ? `${owner?.used[place] ?? 0} in use${waiting > 0 ? `, ${waiting} waiting, longest ${roughly(wait)}` : ""}`
        : "not recorded"}
    </>
  );
}

/** `next slot in ~6m`, with what it is based on. */
export function NextSlotTime({ next }: { next: NextSlot | undefined }) {
  const now = useNow(next ? 5 : 3600);
  const { nameOf } = useFlowNames();
  if (!next) return null;
  const seconds = (timeOf(next.at) - now) / 1000;
  return (
    <Tooltip text={basis(next, nameOf)}>
      <span className="text-muted">next slot {seconds < 1 ? "expected now" : `in ~${roughly(seconds)}`}</span>
    </Tooltip>
  );
}

function basis(
  { by, seconds, flow_id, count }: NextSlot,
  nameOf: (id: string) => string | undefined,
): string {
  if (by === "decay") return "From the decay of the limit";
  const usual = duration(seconds ?? 0);
  if (by === "average") return `Slots of this limit are held for ${usual} on average`;
  const flow = flow_id ? (nameOf(flow_id) ?? "the holder's flow") : "the holder's flow";
  return `From ${count} completed runs of ${flow}: usually ${usual}`;
}

/** What a Prefect server does not tell. */
export function OccupancyNotice({ occupancy: { isKnown } }: { occupancy: KnownOccupancy }) {
  if (isKnown) return null;
  return (
    <p role="note" className="border-b px-3 py-1.5 text-muted">
      Occupancy of the last 24 hours and the expected next slot need a Praetor server.
    </p>
  );
}
