import { array, asyncProperty, assert as check, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import type { StateType } from "../../schema/states.ts";
import { workPools } from "../../schema/work-pools.ts";
import { eventually, type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf } from "../../testing/store-writer.ts";
import type { FlowRunChanges } from "../runs/run-changes.ts";

const types = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "SCHEDULED"] as const;
const happening = record({
  what: constantFrom(
    ...(["move", "move", "move", "move in vain", "heavy result", "rename", "label", "tag the flow"] as const),
    ...(["tag the deployment", "delete", "delete the deployment", "delete the pool", "later"] as const),
  ),
  run: integer({ min: 0, max: 2 }),
  type: constantFrom(...types),
});
type Happening = Parameters<Parameters<typeof happening.map>[0]>[0];

/** The next transition of a run always starts from the state in the database. */
export function moveContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("a repeatedly changed run equals the stored one, whatever happens in between", async () => {
    await check(
      asyncProperty(array(happening, { minLength: 5, maxLength: 30 }), async (some) => {
        const place = await makePlace(fixture);
        for (const one of some) {
          await happen(fixture, place, one).catch((error: Error) => expect(error.message).toBe("in vain"));
          await compare(fixture, place);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("a run that is changed between its lock and its transition is cached as stored", async () => {
    const { store, clock } = fixture;
    const place = await makePlace(fixture);
    const [id = ""] = place.runs;
    await store.transaction(async (tx) => {
      const run = await tx.flowRuns.lock(id);
      await tx.flowRuns.update(flowRuns.update.input.parse({ id, name: "another" }));
      if (run) await tx.flowRuns.writeState(run, {}, stateOf(clock, "RUNNING"));
    });
    await compare(fixture, place);
  });

  test("an event of a run has the current tags of its flow and deployment", async () => {
    const { store } = fixture;
    const reported = toldTags(fixture);
    const { flow, deployment, runs } = await makePlace(fixture);
    const [, id = ""] = runs;
    await move(fixture, id, "PENDING", {});
    await store.flows.update({ id: flow, tags: ["b"] });
    await move(fixture, id, "RUNNING", {});
    await store.deployments.update(deployments.update.input.parse({ id: deployment, tags: ["c"] }));
    await move(fixture, id, "COMPLETED", {});
    await eventually(() => reported.slice(-3)).toEqual([
      ["prefect.tag.a"],
      ["prefect.tag.b"],
      ["prefect.tag.b", "prefect.tag.c"],
    ]);
  });

  test("runs changed in one group commit equal the stored ones, including the one that fails", async () => {
    const { store } = fixture;
    const place = await makePlace(fixture);
    const all = place.runs.flatMap((id) => types.map((type) => ({ id, type })));
    const moves = all.map(({ id, type }, at) => move(fixture, id, type, { fails: at % 4 === 2 }));
    await Promise.allSettled(moves);
    await compare(fixture, place);
    expect(await store.flowRunStates.list(place.runs[0] ?? "")).not.toEqual([]);
  });
}

/** Tags of flow and deployment in the events of runs, in event order. */
function toldTags({ store }: Fixture): string[][] {
  const reported: string[][] = [];
  store.onEvents((events) => {
    const ofRuns = events.filter(({ event }) => event.startsWith("prefect.flow-run."));
    for (const { related } of ofRuns) {
      const tags = related.filter((resource) => resource["prefect.resource.role"] === "tag");
      reported.push(tags.map((tag) => tag["prefect.resource.id"] ?? ""));
    }
  });
  return reported;
}

interface Place {
  flow: string;
  deployment: string;
  pool: string;
  runs: string[];
}

let places = 0;
/** Three runs: of a flow alone, of a deployment, and of one with a pool. */
async function makePlace(fixture: Fixture): Promise<Place> {
  const { store } = fixture;
  places += 1;
  const flow = await makeFlow(fixture, { name: `etl-${places}`, tags: ["a"] });
  const pool = `pool-${places}`;
  await store.workPools.create(workPools.create.input.parse({ name: pool, type: "process" }));
  const { row: deployment } = await store.deployments.create(
    deployments.create.input.parse({ name: "nightly", flow_id: flow.id, work_pool_name: pool }),
  );
  const ofPool = { deployment_id: deployment.id, work_pool_name: pool };
  const runs = [{}, { deployment_id: deployment.id }, ofPool];
  const made = runs.map(async (more) => {
    return (await makeRun(fixture, flow, more)).id;
  });
  return { flow: flow.id, deployment: deployment.id, pool, runs: await Promise.all(made) };
}

async function happen(fixture: Fixture, { flow, deployment, pool, runs }: Place, one: Happening) {
  const { store, clock } = fixture;
  const id = runs[one.run] ?? "";
  const tags = [`tag-${clock.now()}`];
  switch (one.what) {
    case "move":
      return move(fixture, id, one.type, {});
    case "move in vain":
      return move(fixture, id, one.type, { fails: true });
    case "heavy result":
      return move(fixture, id, one.type, { data: { text: "x".repeat(30_000) } });
    case "rename":
      return store.flowRuns.update(flowRuns.update.input.parse({ id, name: `run-${clock.now()}`, tags }));
    case "label":
      return store.flowRuns.updateLabels({ id, labels: { at: clock.now() } });
    case "tag the flow":
      return store.flows.update({ id: flow, tags });
    case "tag the deployment":
      return store.deployments.update(deployments.update.input.parse({ id: deployment, tags }));
    case "delete":
      return store.flowRuns.delete(id);
    case "delete the deployment":
      return store.deployments.delete(deployment);
    case "delete the pool":
      return store.workPools.delete(pool);
    case "later":
      return clock.advance(1234);
  }
}

const outcome = (fails: boolean | undefined): void => {
  if (fails) throw new Error("in vain");
};

function move(
  { store, clock }: Fixture,
  id: string,
  type: StateType,
  { data = null, fails }: { data?: object | null; fails?: boolean },
): Promise<void> {
  return store.transaction(async (tx) => {
    const run = await tx.flowRuns.lock(id);
    if (!run) return;
    const starts: FlowRunChanges =
      type === "RUNNING" ? { start_time: clock.time(), run_count: run.run_count + 1 } : {};
    const times = { expected_start_time: run.expected_start_time ?? clock.time(), ...starts };
    const policy = { ...run.empirical_policy, retries: run.run_count };
    const details = { scheduled_time: clock.time(), refresh_cache: true };
    const state = { ...stateOf(clock, type, { details, message: "moved" }), data };
    const transition = await tx.flowRuns.writeState(run, { ...times, empirical_policy: policy }, state);
    expect(transition).toEqual(await tx.flowRuns.read(id));
    outcome(fails);
  });
}

/** What a transition would start from, and what it would tell of the places of the run. */
async function compare(fixture: Fixture, { runs }: Place): Promise<void> {
  const { store } = fixture;
  for (const id of runs) {
    await store.transaction(async (tx) => {
      expect(await tx.flowRuns.lock(id)).toEqual(await tx.flowRuns.read(id));
    });
  }
}
