import type { WorkPool } from "../../schema/work-pools.ts";
import type { Worker } from "../../schema/workers.ts";

interface Facts {
  pool: Pick<WorkPool, "is_paused" | "status" | "concurrency_limit" | "active_slots">;
  /** Undefined until known. */
  workers: readonly Pick<Worker, "status">[] | undefined;
  /** Undefined where it is not known. */
  late: number | undefined;
}

/** How a pool stands: the reason why its runs wait, or who takes them. */
export function poolSentence({ pool, workers, late = 0 }: Facts): string {
  const waiting = late > 0 ? `, ${counted(late, "run")} late` : "";
  const { concurrency_limit: limit, active_slots: used } = pool;
  if (pool.is_paused) return `Paused: workers get no runs${waiting}`;
  if (pool.status !== "READY") return `No worker online: runs wait until a worker is started${waiting}`;
  const slots = limit === null ? "no limit" : `${used ?? 0} of ${counted(limit, "slot")} in use`;
  if (limit !== null && (used ?? 0) >= limit) return `Full: ${slots}${waiting}`;
  const online = workers?.filter(({ status }) => status === "ONLINE").length ?? 0;
  return `Ready: ${[online > 0 && `${counted(online, "worker")} online`, slots].filter(Boolean).join(", ")}${waiting}`;
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
