import { Link } from "react-router";
import type { FullLimit, SilentWorker } from "../../schema/waiting.ts";
import { useNow } from "../kit/now.ts";
import { startWorker } from "../parts/actions/curl.ts";
import { limitPath, poolPath } from "../parts/capacity-path.ts";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { roughly } from "../parts/time/durations.ts";
import { timeOf } from "../parts/time/times.ts";
import { Row } from "./row.tsx";

const shown = 4;

interface Props {
  limits: readonly FullLimit[];
  workers: readonly SilentWorker[];
}

/** Limits that make somebody wait, and workers that fell silent; nothing at all where there are none. */
export function Capacity({ limits, workers }: Props) {
  const more =
    limits.length + workers.length - Math.min(shown, limits.length) - Math.min(shown, workers.length);
  if (limits.length + workers.length === 0) return null;
  return (
    <section aria-label="Capacity">
      <header className="flex h-9 items-center gap-2 px-3">
        <h2 className="flex-1 truncate font-strong">Capacity</h2>
        <Link to="/capacity" className="text-muted hover:text-fg hover:underline">
          {more > 0 ? `${more} more` : "Show all"}
        </Link>
      </header>
      <ul className="border-t">
        {limits.slice(0, shown).map((limit) => (
          <LimitRow key={limit.name} limit={limit} />
        ))}
        {workers.slice(0, shown).map((worker) => (
          <WorkerRow key={worker.id} worker={worker} />
        ))}
      </ul>
    </section>
  );
}

const sign = <StateIcon type="SCHEDULED" name="Late" />;

function LimitRow({ limit }: { limit: FullLimit }) {
  const now = useNow(30);
  const { name, deployment, used, holder, held_since, waiting, waiting_since } = limit;
  const label = deployment ? `of ${deployment}` : name.replace(/^tag:/, "by tag ");
  const oldest = holder && held_since ? `, ${holder.name} for ${spell(held_since, now)}` : "";
  return (
    <Row
      to={limitPath(name)}
      icon={sign}
      title={`Limit ${label} is full: ${waiting} ${waiting === 1 ? "waits" : "wait"}${waiting_since ? ` for ${spell(waiting_since, now)}` : ""}`}
      detail={
        <span className="truncate">
          {used} of {limit.limit} in use{oldest}
        </span>
      }
    />
  );
}

function WorkerRow({ worker }: { worker: SilentWorker }) {
  const now = useNow(30);
  return (
    <Row
      to={poolPath(worker.pool)}
      icon={sign}
      title={`Worker ${worker.name} of work pool ${worker.pool} is silent for ${spell(worker.since, now)}`}
      detail={
        <span className="truncate">
          {worker.is_last
            ? `No worker serves the pool: ${startWorker(worker.pool)}`
            : "Other workers serve the pool."}
        </span>
      }
    />
  );
}

const spell = (since: string, now: number): string =>
  roughly(Math.max(1, (Math.max(now, Date.now() - 30_000) - timeOf(since)) / 1000));
