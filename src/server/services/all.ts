import type { Settings } from "../../schema/settings.ts";
import type { Store } from "../../store/store.ts";
import type { BackgroundTasks } from "../background-tasks.ts";
import type { Heartbeats } from "../heartbeats.ts";
import type { SlotWaiters } from "../slot-waiters.ts";
import { cancellations } from "./cancellations.ts";
import { expireClaims } from "./claims.ts";
import { endSilentRuns } from "./crashes.ts";
import { groupFailures } from "./failures.ts";
import { noteAbsence } from "./foreman.ts";
import { markLateRuns } from "./late-runs.ts";
import { wakeNextRuns } from "./next-runs.ts";
import { recordOccupancy } from "./occupancy.ts";
import { failExpiredPauses } from "./pauses.ts";
import { Retention } from "./retention.ts";
import { resumePausedSchedules } from "./schedule-pauses.ts";
import type { Scheduler } from "./scheduler.ts";
import type { LoopService } from "./service-loop.ts";

interface ServicesDeps {
  store: Store;
  settings: Settings;
  heartbeats: Heartbeats;
  scheduler: Scheduler;
  tasks: BackgroundTasks;
  waiters: SlotWaiters;
  now: () => number;
}

/** All background services. Any number of replicas may run them concurrently. */
export function allServices({
  store,
  settings,
  heartbeats,
  scheduler,
  tasks,
  waiters,
  now,
}: ServicesDeps): LoopService[] {
  const retention = new Retention({ store, days: settings, now });
  return [
    { name: "scheduler", seconds: 60, isUrgent: true, run: () => scheduler.planAll() },
    { name: "late runs", seconds: 5, run: () => markLateRuns(store, now) },
    { name: "pauses", seconds: 5, run: () => failExpiredPauses(store, now) },
    { name: "schedule pauses", seconds: 5, run: () => resumePausedSchedules(store, now) },
    { name: "crashes", seconds: 2, run: () => endSilentRuns(store, heartbeats, settings) },
    { name: "claims", seconds: 5, run: () => expireClaims(store, heartbeats, now) },
    { name: "cancellations", seconds: 5, run: cancellations(store, now) },
    { name: "slots", seconds: 2, run: () => wakeNextRuns(store, now) },
    { name: "occupancy", seconds: 10, isUrgent: true, run: recordOccupancy({ store, waiters, now }) },
    { name: "failures", seconds: 1, run: () => groupFailures(store, now) },
    { name: "foreman", seconds: 15, run: () => noteAbsence(store, now) },
    { name: "leases", seconds: 5, run: async () => void (await store.concurrencyLimits.expireLeases()) },
    ...(store.isShared ? amongOthers(tasks) : []),
    { name: "retention", seconds: 300, run: (signal) => retention.run(signal) },
  ];
}

/** What only matters where there are other replicas. */
const amongOthers = (tasks: BackgroundTasks): LoopService[] => [
  { name: "replica", seconds: 5, run: () => tasks.keep() },
  { name: "task workers", seconds: 1, run: async () => tasks.lookAround() },
];
