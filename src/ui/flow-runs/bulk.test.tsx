import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();

const select = async (name: string) =>
  fireEvent.click(await screen.findByRole("checkbox", { name: `Select ${name}` }));
const press = async (what: string, button: string) =>
  fireEvent.click(
    within(await screen.findByRole("toolbar", { name: `Actions on the selected ${what}` })).getByRole(
      "button",
      {
        name: button,
      },
    ),
  );
const dialog = async (name: string) => within(await screen.findByRole("dialog", { name }));

const two = async (world: World) => {
  await world.flowRun({ name: "red-one", tags: ["a"], states: ["RUNNING", "FAILED"] });
  await world.flowRun({ name: "green-one", states: ["RUNNING", "COMPLETED"] });
};

test("the state of the selected flow runs is set: what the rules refuse is told run by run, force sets all", async () => {
  const { world } = await open("/runs", { seed: two });
  const states = async () => {
    const runs = await world.call(flowRuns.filter, { sort: "NAME_ASC" });
    return runs.map(({ name, state_type }) => `${name} ${state_type}`);
  };
  await select("red-one");
  await select("green-one");
  await press("runs", "Set state");
  let set = await dialog("Set state of 2 flow runs");
  fireEvent.change(set.getByRole("combobox", { name: "State type" }), { target: { value: "SCHEDULED" } });
  fireEvent.click(set.getByRole("button", { name: "Set state of 2 flow runs" }));
  await set.findByText(/0 of 2 done, 2 declined/);
  expect(set.getAllByText(/Cannot reschedule a run without an associated deployment/)).toHaveLength(2);
  fireEvent.click(set.getAllByRole("button", { name: "Close" }).at(-1) ?? document.body);
  expect(await states()).toEqual(["green-one COMPLETED", "red-one FAILED"]);

  await press("runs", "Set state");
  set = await dialog("Set state of 2 flow runs");
  fireEvent.change(set.getByRole("combobox", { name: "State type" }), { target: { value: "CANCELLED" } });
  fireEvent.click(set.getByRole("checkbox", { name: "Force" }));
  set.getByText(/flow-run set-state [0-9a-f-]{36} [0-9a-f-]{36} --type cancelled --force/);
  fireEvent.click(set.getByRole("button", { name: "Set state of 2 flow runs" }));
  await waitFor(async () => expect(await states()).toEqual(["green-one CANCELLED", "red-one CANCELLED"]));
});

test("tags are added to those that the selected runs have", async () => {
  const { world } = await open("/runs", { seed: two });
  await select("red-one");
  await press("runs", "Add tags");
  const add = await dialog("Add tags to red-one");
  expect(add.getByRole("button", { name: "Add tags to 1 flow run" })).toHaveProperty("disabled", true);
  const field = add.getByRole("textbox", { name: "Tags to add" });
  fireEvent.change(field, { target: { value: "b" } });
  fireEvent.keyDown(field, { key: "Enter" });
  fireEvent.click(add.getByRole("button", { name: "Add tags to 1 flow run" }));
  const read = () => world.call(flowRuns.filter, { flow_runs: { name: { any_: ["red-one"] } } });
  await waitFor(async () => expect((await read())[0]?.tags).toEqual(["a", "b"]));
});

test.each([false, true])(
  "task runs are given a state and deleted, on a Prefect server: %s",
  async (isForeign) => {
    const { world } = await open("/runs?tab=task-runs", {
      isForeign,
      seed: async (world) => {
        const flowRun = await world.flowRun({ states: ["RUNNING"] });
        for (const name of ["load-0", "load-1"])
          await world.taskRun({ flowRun, key: name, name, states: ["RUNNING"] });
      },
    });
    const all = async () => {
      const runs = await world.call(taskRuns.filter, { sort: "NAME_ASC" });
      return runs.map(({ name, state_type }) => `${name} ${state_type}`);
    };
    await select("load-0");
    await press("task runs", "Set state");
    const set = await dialog("Set state of load-0");
    set.getByText(/task-run set-state [0-9a-f-]{36} --type completed/);
    fireEvent.click(set.getByRole("button", { name: "Set state of 1 task run" }));
    await waitFor(async () => expect(await all()).toEqual(["load-0 COMPLETED", "load-1 RUNNING"]));
    fireEvent.click(set.getAllByRole("button", { name: "Close" }).at(-1) ?? document.body);
    await select("load-1");
    await press("task runs", "Delete");
    const remove = await dialog("Delete load-1");
    fireEvent.click(remove.getByRole("button", { name: "Delete 1 task run" }));
    await waitFor(async () => expect(await all()).toEqual(["load-0 COMPLETED"]));
  },
);

test.each([false, true])(
  "the result of a verb stays in sight when no run is left in the list, on a Prefect server: %s",
  async (isForeign) => {
    const { world, requests } = await open("/runs", { isForeign, seed: two });
    await select("red-one");
    await select("green-one");
    await press("runs", "Delete");
    const remove = await dialog("Delete 2 flow runs");
    fireEvent.click(remove.getByRole("button", { name: "Delete 2 flow runs" }));
    await waitFor(async () => expect(await world.call(flowRuns.filter, {})).toEqual([]));
    await settled(requests);
    expect(within(screen.getByRole("dialog")).getByRole("status").textContent).toBe("2 of 2 done");
    fireEvent.click(remove.getAllByRole("button", { name: "Close" }).at(-1) ?? document.body);
    expect(await screen.findByText("No flow runs yet")).toBeDefined();
  },
);
