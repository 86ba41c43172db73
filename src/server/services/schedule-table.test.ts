import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fires } from "../../rules/schedules.ts";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { type ScheduleCase, scheduleCases } from "../../testing/schedules.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Scheduler } from "./scheduler.ts";

// What the editor shows is what the scheduler does: both ask the same rules, and here is that nothing is lost between.

let clock = 0;
const now = () => clock;
let world: World;
let scheduler: Scheduler;
let flow_id: string;
beforeAll(async () => {
  world = await createWorld({ now });
  scheduler = new Scheduler({ store: world.store, now, fires, log: console });
  flow_id = (await world.flow()).id;
});
afterAll(() => world.close());

const minute = 60_000;
/** As many as the editor shows. */
const shown = 20;

async function timesMade(id: string): Promise<string[]> {
  const deployment_id = { any_: [id] };
  const sort = "EXPECTED_START_TIME_ASC" as const;
  const runs = await world.call(flowRuns.filter, { flow_runs: { deployment_id }, sort });
  return runs.map((run) => run.expected_start_time ?? "");
}

describe("the runs made of a schedule are the fires that are shown", () => {
  test.each(scheduleCases().map((row): [string, ScheduleCase] => [row.name, row]))(
    "%s",
    async (name, row) => {
      clock = row.after;
      const { schedule, after } = row;
      const { id } = await world.call(deployments.create, {
        name: fresh(name),
        flow_id,
        schedules: [{ schedule }],
      });
      await scheduler.planAll();
      const preview = fires(schedule, { after, limit: shown }).map(timestamp);
      const made = await timesMade(id);
      expect(made.length).toBeGreaterThanOrEqual(3);
      expect(made).toEqual(preview.slice(0, made.length));
      const known = row.fires.length;
      await world.call(deployments.schedule, {
        id,
        min_runs: known,
        max_runs: known,
        min_time: 400 * 24 * 60 * 60,
      });
      expect((await timesMade(id)).slice(0, known)).toEqual(row.fires.map(timestamp));
      // A round in the middle of the change of the clock makes neither one more nor one less.
      clock = (row.fires[0] ?? after) + minute;
      await scheduler.planAll();
      const all = await timesMade(id);
      expect(all).toEqual(fires(schedule, { after, limit: all.length }).map(timestamp));
      await world.call(deployments.delete, { id });
    },
  );
});

let made = 0;
const fresh = (name: string) => {
  made += 1;
  return `${made} ${name.replace(/[/%&><]/g, " ")}`;
};
