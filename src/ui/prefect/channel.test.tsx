import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { flowRuns } from "../../schema/flow-runs.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

// A server without our live channel tells what has changed in its events.

const open = dashboard();
const patience = { timeout: 30_000 };

async function two(world: World) {
  await world.flowRun({ flow: "etl", name: "green-one", states: ["PENDING", "RUNNING", "COMPLETED"] });
  await world.flowRun({ flow: "report", name: "blue-one", states: ["PENDING", "RUNNING"] });
}

const rows = async () =>
  within(await screen.findByRole("grid", { name: "Flow runs" }))
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.textContent ?? "");

test("a state and a new run come in by themselves, and nothing is read while nothing happens", {
  timeout: 90_000,
}, async () => {
  const { world, requests } = await open("/runs", { seed: two, isForeign: true });
  await screen.findByText("Live");
  await waitFor(async () => expect((await rows())[0]).toMatch(/Running.*blue-one/));
  await settled(requests);
  const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["blue-one"] } } });
  await world.call(flowRuns.setState, { id: run?.id ?? "", state: { type: "CRASHED" }, force: true });
  await waitFor(async () => expect((await rows())[0]).toMatch(/Crashed.*blue-one/), patience);
  await world.flowRun({ flow: "new", name: "late-one", states: ["PENDING", "RUNNING"] });
  await waitFor(async () => expect((await rows())[0]).toMatch(/Running.*late-one/), patience);
  await settled(requests);
  expect(requests.filter((request) => request.includes("/praetor/"))).toEqual([]);
});

test("the tasks of a run appear as their engine tells of them", { timeout: 90_000 }, async () => {
  let id = "";
  let flowRun: Awaited<ReturnType<World["flowRun"]>> | undefined;
  const { world } = await open(() => `/runs/${id}`, {
    isForeign: true,
    seed: async (seeded) => {
      flowRun = await seeded.flowRun({ flow: "etl", name: "blue-one", states: ["PENDING", "RUNNING"] });
      id = flowRun.id;
      await seeded.taskRun({ flowRun, name: "extract-1", states: ["RUNNING"] });
    },
  });
  const sentence = () => screen.getByRole("group", { name: "State" }).textContent;
  await waitFor(() => expect(sentence()).toMatch(/^Running, 0 of 1 task/), patience);
  await world.taskRun({ ...(flowRun ? { flowRun } : {}), name: "load-1", states: ["RUNNING", "COMPLETED"] });
  await waitFor(() => expect(sentence()).toMatch(/1 of 2 tasks done/), patience);
});

test("what was missed while the server was away is read when it is back", { timeout: 90_000 }, async () => {
  const { world, cut } = await open("/runs", { seed: two, isForeign: true });
  await screen.findByText("Live");
  const repair = await cut();
  await waitFor(() => expect(screen.queryByText("Live")).toBeNull(), patience);
  await world.flowRun({ flow: "etl", name: "late-one", states: ["PENDING", "RUNNING"] });
  await repair();
  await screen.findByText("Live", undefined, patience);
  await waitFor(async () => expect((await rows())[0]).toMatch(/late-one/), patience);
});
