import type { Logger } from "pino";
import type { FiresOptions } from "../../rules/schedules.ts";
import type { deployments } from "../../schema/deployments.ts";
import type { Parsed } from "../../schema/route.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import type { PlannedDeployment, PlannedRuns } from "../../store/work/planned-runs.ts";
import type { Fires, ScheduleDeps } from "../schedules.ts";
import { forEachSettled } from "./for-each.ts";
import { defaultHorizon, type Horizon, lookAhead, type SearchedTimes } from "./horizon.ts";

type PlannedSchedule = PlannedDeployment["schedules"][number];

interface SchedulerOptions extends ScheduleDeps {
  store: Store;
  log: Pick<Logger, "warn" | "error">;
}

interface PlannedTimes extends SearchedTimes {
  revision: number;
  /** Its times could not be found, and that was told. */
  isFaulty: boolean;
}

/** Deployments read at a time, and runs written in one transaction. */
const page = 100;
const batch = 500;
/** Changes that come together are seen together. */
const calmMs = 200;

/** After a change that is no older, what came due since is planned too: the change took it away. */
const freshMs = 5000;

const nothing: SearchedTimes = { times: [], searched: 0 };

/** Makes the runs of schedules ahead of their time, so that they can be seen, and taken by workers, before. */
export class Scheduler {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #log: Pick<Logger, "warn" | "error">;
  readonly #fires: Fires;
  readonly #known = new Map<string, PlannedTimes>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: SchedulerOptions) {
    this.#store = options.store;
    this.#now = options.now;
    this.#log = options.log;
    this.#fires = options.fires;
  }

  /** Plans all deployments. */
  async planAll(): Promise<void> {
    const seen = new Set<string>();
    for (let after = ""; ; ) {
      const planned = await this.#store.deployments.planned({ after, limit: page });
      await this.#plan(planned);
      for (const { schedules } of planned) for (const { id } of schedules) seen.add(id);
      const last = planned.at(-1);
      if (!last || planned.length < page) break;
      after = last.id;
    }
    for (const id of this.#known.keys()) if (!seen.has(id)) this.#known.delete(id);
  }

  /** Plans deployments as they change; returns the function that stops it. */
  watch(): () => Promise<void> {
    const stop = this.#store.subscribe({
      wants: (noun) => noun === "deployments",
      onChanges: (changes) => {
        for (const { noun, id } of changes) if (noun === "deployments") this.#changed.add(id);
        if (this.#changed.size > 0) this.#timer ??= setTimeout(() => this.#planChanged(), calmMs).unref();
      },
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      return this.#last;
    };
  }

  #planChanged(): void {
    this.#timer = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    this.#last = this.#last
      .then(async () => {
        for (let at = 0; at < ids.length; at += page) {
          const some = ids.slice(at, at + page);
          await this.#plan(await this.#store.deployments.planned({ ids: some, limit: page }));
        }
      })
      .catch((err: unknown) => this.#log.error({ err }, "changed deployments are planned in the next round"));
  }

  async #plan(planned: readonly PlannedDeployment[]): Promise<void> {
    const plans: PlannedRuns[] = [];
    for (const deployment of planned) {
      for (const schedule of deployment.schedules) {
        const times = await this.#timesOf(deployment, schedule);
        plans.push(planOf(deployment, schedule.id, times));
      }
    }
    await writePlans(this.#store, plans);
  }

  async #timesOf(
    { revision, updated }: PlannedDeployment,
    { id, ...own }: PlannedSchedule,
  ): Promise<number[]> {
    const now = this.#now();
    const changed = toMs(updated);
    const from = changed < now && changed >= now - freshMs ? changed + 1 : now;
    const known = this.#known.get(id);
    const current = known?.revision === revision ? known : { ...nothing, revision, isFaulty: false };
    try {
      const find = (options: FiresOptions) => this.#fires(own.schedule, options);
      const ahead = await lookAhead(find, current, defaultHorizon(from, own.max_scheduled_runs));
      this.#known.set(id, { ...ahead, revision, isFaulty: false });
      return ahead.times;
    } catch (err) {
      // One schedule that takes too long must not keep the others from their time.
      if (!current.isFaulty)
        this.#log.warn({ err, schedule: own.schedule }, "no runs can be made of a schedule");
      this.#known.set(id, { ...nothing, revision, isFaulty: true });
      return [];
    }
  }
}

const planOf = (
  { id, flow_id, revision }: PlannedDeployment,
  schedule_id: string,
  times: readonly number[],
): PlannedRuns => ({ deployment_id: id, flow_id, revision, schedule_id, times: times.map(timestamp) });

/** In portions: a writer that is busy for long keeps everybody waiting. */
async function writePlans(store: Store, plans: readonly PlannedRuns[]): Promise<void> {
  const missing = await store.deployments.unscheduled(plans);
  let portion: PlannedRuns[] = [];
  let size = 0;
  for (const plan of missing) {
    if (size > 0 && size + plan.times.length > batch) {
      await writePortion(store, portion);
      portion = [];
      size = 0;
    }
    portion.push(plan);
    size += plan.times.length;
  }
  if (portion.length > 0) await writePortion(store, portion);
}

/** Together; a plan that cannot be written keeps none of the others from it. */
const writePortion = (store: Store, plans: PlannedRuns[]): Promise<void> =>
  store.deployments
    .scheduleRuns(plans)
    .catch(() => forEachSettled(plans, (plan) => store.deployments.scheduleRuns([plan])));

/** Makes runs of one deployment for a stretch of time that a client asks for. */
export async function planDeployment(
  store: Store,
  input: Parsed<typeof deployments.schedule>,
  { fires, now }: ScheduleDeps,
): Promise<boolean> {
  if (!(await store.deployments.read(input.id))) return false;
  const planned = await store.deployments.planned({ ids: [input.id], limit: 1 });
  const plans: PlannedRuns[] = [];
  for (const deployment of planned) {
    for (const { id, schedule, max_scheduled_runs } of deployment.schedules) {
      const horizon = requestedHorizon(defaultHorizon(now(), max_scheduled_runs), input);
      const { times } = await lookAhead((options) => fires(schedule, options), nothing, horizon);
      plans.push(planOf(deployment, id, times));
    }
  }
  await writePlans(store, plans);
  return true;
}

function requestedHorizon(defaults: Horizon, input: Parsed<typeof deployments.schedule>): Horizon {
  const { start_time, end_time, min_time, min_runs, max_runs } = input;
  const from = start_time === null ? defaults.from : toMs(start_time);
  return {
    from,
    minRuns: min_runs ?? defaults.minRuns,
    minMs: min_time === null ? defaults.minMs : min_time * 1000,
    maxRuns: max_runs ?? defaults.maxRuns,
    until: end_time === null ? from + (defaults.until - defaults.from) : toMs(end_time),
  };
}
