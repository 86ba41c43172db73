import { expect, test } from "vitest";
import { freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf } from "../../testing/store-writer.ts";

const minute = 60_000;

/** Running and waiting runs are counted from their start and end times. */
export function loadContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("runs are counted at each moment between their start and end, and as waiting before", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const times = (expected: number, start: number, end?: number) => ({
      expected_start_time: clock.time(expected * minute),
      start_time: clock.time(start * minute),
      ...(end !== undefined && { end_time: clock.time(end * minute) }),
    });
    const done = () => stateOf(clock, "COMPLETED");
    await makeRun(fixture, flow, {}, done(), times(-60, -60, -30));
    await makeRun(fixture, flow, { tags: ["prod"] }, done(), times(-60, -40, -10));
    await makeRun(fixture, flow, {}, stateOf(clock, "RUNNING"), times(-25, -25));
    const late = { expected_start_time: clock.time(-15 * minute) };
    await makeRun(fixture, flow, {}, stateOf(clock, "SCHEDULED", { name: "Late" }), late);
    const at = { times: [-70, -50, -35, -20, -5].map((minutes) => clock.time(minutes * minute)) };
    expect(await store.flowRuns.loads(at)).toEqual({ running: [0, 1, 2, 2, 1], waiting: [0, 1, 0, 0, 1] });
    expect(await store.flowRuns.loads({ ...at, flow_runs: { tags: { all_: ["prod"] } } })).toEqual({
      running: [0, 0, 1, 1, 0],
      waiting: [0, 1, 0, 0, 0],
    });
    expect(await store.flowRuns.loads({ times: [] })).toEqual({ running: [], waiting: [] });
  });
}
