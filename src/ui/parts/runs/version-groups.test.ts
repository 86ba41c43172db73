import { expect, test } from "vitest";
import { versionGroups } from "./version-groups.ts";

const run = (id: string, flow_version: string | null, hour: number, rest: object = {}) => ({
  ...{ id, flow_version, deployment_version: null, state_name: null, total_run_time: hour },
  ...({ start_time: `2026-03-01T0${hour}:00:00Z`, state_type: "COMPLETED" } as const),
  ...rest,
});

test("runs are grouped by version, the last one used first, with how they ended and how long they took", () => {
  const runs = [
    run("c", "2", 3),
    run("b", "2", 2, { state_type: "FAILED" }),
    run("a", "1", 1),
    run("d", "2", 4, { state_type: "RUNNING" }),
  ];
  const [second, first] = versionGroups(runs, "flow");
  expect(second).toMatchObject({
    version: "2",
    runs: 3,
    ended: 2,
    completed: 1,
    usual: 3,
    newest: { id: "d" },
  });
  expect(second).toMatchObject({ first: "2026-03-01T02:00:00Z", last: "2026-03-01T04:00:00Z" });
  expect(first).toMatchObject({ version: "1", runs: 1, usual: 1 });
});

test("the version of a deployment goes before that of the flow, and runs without one are a group", () => {
  const runs = [run("a", "1", 1, { deployment_version: "d1" }), run("b", null, 2)];
  expect(versionGroups(runs, "deployment").map(({ version }) => version)).toEqual([null, "d1"]);
  expect(versionGroups(runs, "flow").map(({ version }) => version)).toEqual([null, "1"]);
});
