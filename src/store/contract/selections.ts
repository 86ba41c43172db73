import { expect, test } from "vitest";
import { selections } from "../../schema/selections.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun } from "../../testing/store-writer.ts";

export function selectionContract(open: OpenStore): void {
  selectedTaskRuns(open);
  const fixture = freshStore(open);
  const select = selector(fixture);

  test("rows are stored in the order of their ids, and processed once", async () => {
    const flow = await makeFlow(fixture);
    const runs = [await makeRun(fixture, flow), await makeRun(fixture, flow), await makeRun(fixture, flow)];
    const { id } = await select();
    await fixture.store.transaction(async (tx) => {
      const chosen = await tx.selections.next(id, 2);
      expect(chosen.map(({ row_id }) => row_id)).toEqual(
        runs
          .map((run) => run.id)
          .toSorted()
          .slice(0, 2),
      );
      tx.selections.begin(id, "cancel", null);
      tx.selections.settle(id, [
        { place: 1, reason: null },
        { place: 2, reason: "no" },
      ]);
      tx.selections.settle(id, [{ place: 1, reason: "again" }]);
      expect(await tx.selections.next(id, 10)).toMatchObject([{ place: 3 }]);
      expect(await tx.selections.lock(id)).toMatchObject({
        verb: "cancel",
        count: 3,
        noun: "flow-runs",
        ended: null,
      });
    });
    expect(await fixture.store.selections.progress(id)).toMatchObject({
      ...{ verb: "cancel", done: 1, refused: 1, remaining: 1 },
      refusals: [{ reason: "no", count: 1, samples: [{ id: expect.any(String) }] }],
    });
  });

  test("unprocessed rows are grouped by what decides whether a verb applies", async () => {
    const flow = await makeFlow(fixture);
    const runs = [await makeRun(fixture, flow), await makeRun(fixture, flow), await makeRun(fixture, flow)];
    const { id } = await select();
    await fixture.store.flowRuns.delete(runs[1]?.id ?? "");
    const before = await fixture.store.selections.groups(id);
    expect(before.map(({ isGone, hasChanged, count }) => ({ isGone, hasChanged, count }))).toEqual(
      expect.arrayContaining([
        { isGone: true, hasChanged: false, count: 1 },
        { isGone: false, hasChanged: false, count: 2 },
      ]),
    );
    const there = before.filter(({ isGone }) => !isGone);
    expect(there[0]?.samples).toHaveLength(2);
    expect(await fixture.store.selections.flowsOf(id, there)).toMatchObject([{ id: flow.id, count: 2 }]);
    expect(await fixture.store.selections.flowsOf(id, [])).toEqual([]);
    await fixture.store.transaction(async (tx) => {
      const [first] = await tx.selections.next(id, 1);
      expect(first).toHaveProperty("state_id");
      tx.selections.settle(id, [{ place: first?.place ?? 0, reason: null }]);
    });
    const after = await fixture.store.selections.groups(id);
    expect(after.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  test("an expired selection is deleted, and used ones stay", async () => {
    const [used, unused] = [await select(), await select()];
    fixture.clock.advance(3_000_000);
    await fixture.store.transaction((tx) => tx.selections.lock(used.id));
    fixture.clock.advance(1_000_000);
    expect(await fixture.store.selections.read(used.id)).toMatchObject({ count: 0, is_whole: true });
    expect(await fixture.store.selections.read(unused.id)).toBeUndefined();
    await select();
    expect(await fixture.store.selections.progress(unused.id)).toBeUndefined();
  });
}

const selector =
  (fixture: Fixture) =>
  async (input: object = {}) => {
    const request = selections.create.input.parse({ noun: "flow-runs", ...input });
    return fixture.store.selections.create(request, await fixture.store.selections.matching(request));
  };

function selectedTaskRuns(open: OpenStore): void {
  const fixture = freshStore(open);
  const select = selector(fixture);
  test("task runs are stored with their state, and grouped by the flow of their flow run", async () => {
    const flow = await makeFlow(fixture);
    const run = await makeRun(fixture, flow);
    const made = await Promise.all(
      ["a", "b"].map((task_key) =>
        fixture.store.taskRuns.create(
          taskRuns.create.input.parse({ task_key, dynamic_key: "0", flow_run_id: run.id }),
        ),
      ),
    );
    const selection = await select({ noun: "task-runs", flow_runs: { id: { any_: [run.id] } } });
    expect(selection).toMatchObject({
      ...{ noun: "task-runs", count: 2, flows: [{ id: flow.id, count: 2 }] },
      states: [{ state_type: null, count: 2 }],
    });
    const before = await fixture.store.selections.groups(selection.id);
    expect(before).toMatchObject([{ isGone: false, hasChanged: false, isDeployed: false, count: 2 }]);
    expect(await fixture.store.selections.flowsOf(selection.id, before)).toMatchObject([{ id: flow.id }]);
    await fixture.store.taskRuns.delete(made[0]?.row.id ?? "");
    const after = await fixture.store.selections.groups(selection.id);
    expect(after.map(({ isGone, count }) => ({ isGone, count }))).toEqual(
      expect.arrayContaining([
        { isGone: true, count: 1 },
        { isGone: false, count: 1 },
      ]),
    );
  });
}
