import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClient, userAgent } from "../../client/client.ts";
import { fires } from "../../rules/schedules.ts";
import { deployments } from "../../schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { logs } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { Schedule } from "../../schema/schedules.ts";
import type { stateTypes } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { describeOnPostgres, storesIn } from "../../testing/postgres-databases.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { BackgroundTasks } from "../background-tasks.ts";
import { Heartbeats } from "../heartbeats.ts";
import { SlotWaiters } from "../slot-waiters.ts";
import { allServices } from "./all.ts";
import { Scheduler } from "./scheduler.ts";
import type { LoopService } from "./service-loop.ts";

// Two replicas look after one store for months, on a clock that is moved, while runs do what runs do: end, fail, die,
// pause, hang, or are never begun. The seeds are fixed: what fails fails again.

const hour = 3_600_000;
const day = 24 * hour;
const days = { eventRetentionDays: 7, logRetentionDays: 10, runRetentionDays: 14 };
const seconds = 90_000;

/** Daily in spring, when the clocks of both zones change; none is as often as hourly, so three runs ahead cover twelve hours. */
const schedules = {
  berlin: { cron: "30 2 * * *", timezone: "Europe/Berlin" },
  newYork: { interval: 86_400, anchor_date: "2026-02-01T14:00:00Z", timezone: "America/New_York" },
  quarters: { cron: "0 */6 * * *", timezone: "UTC" },
  mondays: { rrule: "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=1;BYMINUTE=30;BYSECOND=0", timezone: "Europe/Berlin" },
};
type Name = keyof typeof schedules;

/** The same numbers each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

class Months {
  readonly start: number;
  clock: number;
  readonly world: World;
  readonly chance: () => number;
  readonly heartbeats: Heartbeats;
  readonly names = new Map<string, Name>();
  readonly seen = new Map<string, FlowRun>();
  readonly living = new Map<string, number>();
  readonly stretches: { from: number; until: number }[] = [];
  readonly #replicas: { steps: LoopService[]; scheduler: Scheduler }[] = [];

  constructor(world: World, clock: { now: number }, seed: number) {
    this.world = world;
    this.start = clock.now;
    this.clock = clock.now;
    this.#time = clock;
    this.chance = dice(seed);
    this.heartbeats = new Heartbeats(() => clock.now);
  }
  readonly #time: { now: number };

  async open(): Promise<void> {
    const { store, settings } = this.world;
    const log = pino({ level: "silent" });
    const now = () => this.#time.now;
    for (let replica = 0; replica < 2; replica++) {
      const scheduler = new Scheduler({ store, now, log, fires });
      const tasks = new BackgroundTasks(store, now);
      const waiters = new SlotWaiters(store, now);
      const steps = allServices({
        store,
        settings,
        heartbeats: this.heartbeats,
        scheduler,
        tasks,
        waiters,
        now,
      });
      this.#replicas.push({ steps, scheduler });
    }
    const { id: flow_id } = await this.world.flow();
    for (const name of ["berlin", "newYork", "quarters", "mondays"] as const) {
      const own = { schedule: schedules[name] };
      const limit = name === "quarters" ? { concurrency_limit: 2 } : {};
      const { id } = await this.world.call(deployments.create, { name, flow_id, schedules: [own], ...limit });
      this.names.set(id, name);
    }
    await this.serve();
  }

  /** Every service of both replicas, at the same time. */
  async serve(): Promise<void> {
    const { signal } = new AbortController();
    await Promise.all(
      this.#replicas.map(async ({ steps }) => {
        for (const { run } of steps) await run(signal);
      }),
    );
  }

  async advance(ms: number): Promise<void> {
    const before = this.clock;
    this.clock += ms;
    this.#time.now = this.clock;
    for (const [id, until] of this.living) {
      if (until > this.clock) this.beat(id);
      else await this.end(id);
    }
    await this.serve();
    await this.look(before);
  }

  /** Notes what was made for the time that has gone by. */
  async look(since: number): Promise<void> {
    const expected_start_time = { after_: timestamp(since + 1), before_: timestamp(this.clock) };
    const found = await this.world.call(flowRuns.filter, { flow_runs: { expected_start_time }, limit: 200 });
    for (const run of found) if (run.auto_scheduled) this.seen.set(run.id, run);
  }

  beat(id: string): void {
    const resource = { "prefect.resource.id": `prefect.flow-run.${id}` };
    const event = {
      id: newId(this.clock),
      occurred: timestamp(this.clock),
      event: "prefect.flow-run.heartbeat",
    };
    const reported = { ...event, resource, related: [], payload: {}, follows: null };
    this.heartbeats.note([reported], null);
    void this.world.store.ingest([reported]);
  }

  async end(id: string): Promise<void> {
    this.living.delete(id);
    await this.move(id, { type: this.chance() < 0.5 ? "COMPLETED" : "FAILED" });
  }

  async move(id: string, state: { type: (typeof stateTypes)[number]; [key: string]: unknown }) {
    return client(this.world).call(flowRuns.setState, { id, state });
  }

  /** A runner takes what is due, and what becomes of it is left to chance. */
  async work(): Promise<void> {
    const input = { deployment_ids: [...this.names.keys()], scheduled_before: timestamp(this.clock) };
    for (const { id } of await this.world.call(deployments.scheduledRuns, { ...input, limit: 100 })) {
      if ((await this.move(id, { type: "PENDING" })).status !== "ACCEPT") continue;
      await this.fate(id, this.chance());
    }
  }

  async fate(id: string, chance: number): Promise<void> {
    if (chance < 0.08) return; // claimed, and never begun
    await this.move(id, { type: "RUNNING" });
    const line = {
      name: "run",
      level: 20,
      message: "began",
      timestamp: timestamp(this.clock),
      flow_run_id: id,
    };
    await this.world.call(logs.create, { logs: [line] });
    this.beat(id);
    if (chance < 0.16) return; // dies without a word
    if (chance < 0.24) {
      const pause_timeout = timestamp(this.clock + hour);
      await this.move(id, { type: "PAUSED", state_details: { pause_timeout } });
    } else if (chance < 0.32) await this.move(id, { type: "CANCELLING" });
    else if (chance < 0.4) {
      await this.world.taskRun({ flowRun: await this.world.call(flowRuns.read, { id }) });
      await this.world.call(flowRuns.setState, { id, state: { type: "CANCELLED" }, force: true });
    } else if (chance < 0.6) this.living.set(id, this.clock + 10 * hour);
    else await this.end(id);
  }

  async count(type: (typeof stateTypes)[number]): Promise<number> {
    return this.world.call(flowRuns.count, { flow_runs: { state: { type: { any_: [type] } } } });
  }
}

const clients = new WeakMap<World, ReturnType<typeof createClient>>();
function client(world: World) {
  const known = clients.get(world);
  if (known) return known;
  const made = createClient({ baseUrl: "http://praetor.test/api", send: world.fetch, agent: userAgent });
  clients.set(world, made);
  return made;
}

let months: Months;
const time = { now: 0 };
/** A world of its own for each test around. */
function freshMonths(open?: (now: () => number) => Promise<Store>): void {
  beforeEach(async () => {
    time.now = Date.parse("2026-02-15T10:07:00Z");
    const own = { now: () => time.now, settings: days, ...(open && { open }) };
    months = new Months(await createWorld(own), time, 20_260);
    await months.open();
  });
  afterEach(() => months.world.close());
}

/** When each schedule was due, but for the times that it was paused. */
function due(name: Name, paused?: { from: number; until: number }): string[] {
  const schedule = Schedule.parse(schedules[name]);
  const all = fires(schedule, { after: months.start + 1, limit: 2000, until: months.clock });
  return all.filter((at) => !paused || at < paused.from || at >= paused.until).map(timestamp);
}
const made = (name: Name) =>
  [...months.seen.values()]
    .filter(({ deployment_id }) => months.names.get(deployment_id ?? "") === name)
    .map(({ expected_start_time }) => String(expected_start_time))
    .sort();

/** An hour after the last runner went, nothing hangs, no slot is held, and nothing is older than it may be. */
async function expectOrder(): Promise<void> {
  months.living.clear();
  for (let at = 0; at < 3; at++) await months.advance(hour / 3 + 1);
  for (const type of ["PENDING", "RUNNING", "PAUSED", "CANCELLING"] as const) {
    expect([type, await months.count(type)]).toEqual([type, 0]);
  }
  const { store } = months.world;
  const forgotten = await store.overdue.late({ before: timestamp(months.clock - 16_000), limit: 10 });
  expect(forgotten).toEqual([]);
  const open = await store.taskRuns.count({
    task_runs: { state: { type: { any_: ["PENDING", "RUNNING"] } } },
  });
  expect(open).toBe(0);
  for (const id of months.names.keys()) {
    const { global_concurrency_limit: limit } = await months.world.call(deployments.read, { id });
    expect(limit?.active_slots ?? 0).toBe(0);
  }
  const ago = (count: number) => timestamp(months.clock - count * day);
  const old = { since: "2000-01-01T00:00:00Z", until: ago(7) };
  const kept = await store.events.filter({ occurred: old, order: "ASC" }, { limit: 50 });
  expect(kept.events.filter(({ event }) => !event.startsWith("praetor."))).toEqual([]);
  expect(await store.logs.count({ logs: { timestamp: { before_: ago(10) } } })).toBe(0);
  expect(await store.flowRuns.count({ flow_runs: { end_time: { before_: ago(14) } } })).toBe(0);
}

describe("two replicas on SQLite", () => {
  freshMonths();
  test(
    "through three months in steps of hours every occurrence is made once, and nothing hangs or piles up",
    async () => {
      let paused: { from: number; until: number } | undefined;
      const quarters = [...months.names].find(([, name]) => name === "quarters")?.[0] ?? "";
      while (months.clock < months.start + 90 * day) {
        await months.advance(Math.round((1 + months.chance() * 10) * hour));
        const past = (months.clock - months.start) / day;
        if (past > 40 && !paused) {
          paused = { from: months.clock, until: Number.POSITIVE_INFINITY };
          await months.world.call(deployments.pause, { id: quarters });
        }
        if (past > 43 && paused?.until === Number.POSITIVE_INFINITY) {
          paused.until = months.clock;
          await months.world.call(deployments.resume, { id: quarters });
          await months.serve();
        }
        // For four days there is no runner.
        if (past < 20 || past > 24) await months.work();
      }
      for (const name of ["berlin", "newYork", "mondays"] as const) expect(made(name)).toEqual(due(name));
      expect(made("quarters")).toEqual(due("quarters", paused));
      await expectOrder();
    },
    seconds,
  );

  test(
    "through the nights of the clock change in small steps, too",
    async () => {
      await months.advance(10 * day);
      months.seen.clear();
      await months.serve();
      const from = months.clock;
      while (months.clock < Date.parse("2026-02-27T00:00:00Z")) {
        await months.advance(Math.round((2 + months.chance() * 30) * 60_000));
        await months.work();
      }
      const nights: [string, string][] = [
        ["2026-03-07T18:00:00Z", "2026-03-09T12:00:00Z"],
        ["2026-03-28T18:00:00Z", "2026-03-30T12:00:00Z"],
      ];
      for (const [night, morning] of nights) {
        while (months.clock < Date.parse(night)) await months.advance(8 * hour);
        while (months.clock < Date.parse(morning)) {
          await months.advance(Math.round((2 + months.chance() * 30) * 60_000));
          await months.work();
        }
      }
      for (const name of ["berlin", "newYork", "quarters", "mondays"] as const) {
        expect(made(name)).toEqual(due(name).filter((at) => at > timestamp(from)));
      }
      await expectOrder();
    },
    seconds,
  );

  awayForDays();
});

await describeOnPostgres("two replicas on PostgreSQL", (databases) => {
  freshMonths(storesIn(databases));
  awayForDays();
});

function awayForDays(): void {
  test(
    "a server that was down for days creates no run twice, and marks unstarted ones late",
    async () => {
      while (months.clock < months.start + 60 * day) {
        await months.advance(Math.round((0.5 + months.chance() * 4) * day));
        await months.work();
      }
      for (const name of ["berlin", "newYork", "quarters", "mondays"] as const) {
        const all = made(name);
        expect(new Set(all).size).toBe(all.length);
        const allowed = new Set(due(name));
        expect(all.filter((at) => !allowed.has(at))).toEqual([]);
      }
      await expectOrder();
    },
    seconds,
  );
}
