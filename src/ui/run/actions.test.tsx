import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, onTestFinished, test, vi } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();

const choose = async (item: string) => {
  fireEvent.click(await screen.findByRole("button", { name: "More actions" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: new RegExp(`^${item}`) }));
};
const dialog = async (name: string) => within(await screen.findByRole("dialog", { name }));
const click = (where: ReturnType<typeof within>, name: string) =>
  fireEvent.click(where.getByRole("button", { name }));

async function openRun(seed: (world: World) => Promise<string>, options: { isForeign?: boolean } = {}) {
  let id = "";
  const opened = await open(() => `/runs/${id}`, {
    ...options,
    seed: async (world) => {
      id = await seed(world);
    },
  });
  return { ...opened, id, read: () => opened.world.call(flowRuns.read, { id }) };
}

const completed = async (world: World) =>
  (await world.flowRun({ flow: "etl", name: "brave-otter", tags: ["eu"], states: ["RUNNING", "COMPLETED"] }))
    .id;

const schema = {
  type: "object",
  properties: { day: { type: "string" }, count: { type: "integer", default: 3 } },
  required: ["day"],
};

async function deployed(world: World): Promise<string> {
  const { id: flow_id } = await world.flow("etl");
  const { id } = await world.call(deployments.create, {
    ...{ flow_id, name: "nightly", tags: ["prod"], parameter_openapi_schema: schema },
  });
  const run = await world.call(deployments.createFlowRun, {
    ...{ id, name: "brave-otter", parameters: { day: "monday" }, tags: ["eu"], job_variables: { cpu: 2 } },
  });
  for (const type of ["PENDING", "RUNNING", "FAILED"] as const)
    await world.call(flowRuns.setState, { id: run.id, state: { type } });
  return run.id;
}

test("a state that the rules refuse is set with force, and both are said", async () => {
  const { read } = await openRun(completed);
  await choose("Set state");
  const set = await dialog("Set the state of brave-otter");
  fireEvent.change(set.getByRole("combobox", { name: "State type" }), { target: { value: "PAUSED" } });
  fireEvent.change(set.getByRole("textbox", { name: "State name" }), { target: { value: "On hold" } });
  set.getByText(/applies its orchestration rules, which can refuse/);
  click(set, "Set to On hold");
  const refusal =
    "The server refused the state: Run is already COMPLETED. Force sets the state past this rule.";
  expect((await set.findByRole("alert")).textContent).toBe(refusal);
  fireEvent.click(set.getByRole("checkbox", { name: "Force" }));
  set.getByText(/no orchestration rule is asked/);
  set.getByText(/set-state [0-9a-f-]{36} --type paused --name 'On hold' --force/);
  click(set, "Set to On hold");
  await waitFor(async () => expect((await read()).state).toMatchObject({ type: "PAUSED", name: "On hold" }));
});

test("a run that moved on while the dialog was open keeps its state", async () => {
  const { world, id, read } = await openRun(
    async (world) => (await world.flowRun({ name: "brave-otter", states: ["RUNNING"] })).id,
  );
  await choose("Set state");
  const set = await dialog("Set the state of brave-otter");
  await world.call(flowRuns.setState, { id, state: { type: "FAILED" } });
  click(set, "Set to Completed");
  await set.findByRole("alert");
  expect((await read()).state_type).toBe("FAILED");
});

test("a run is renamed, and its tags are added and removed", async () => {
  const { read } = await openRun(completed);
  await choose("Rename");
  const rename = await dialog("Rename brave-otter");
  expect(rename.getByRole("button", { name: "Rename" })).toHaveProperty("disabled", true);
  fireEvent.change(rename.getByRole("textbox", { name: "Name" }), { target: { value: "grand otter" } });
  rename.getByText(/flow-run rename [0-9a-f-]{36} 'grand otter'/);
  click(rename, "Rename");
  await waitFor(async () => expect((await read()).name).toBe("grand otter"));

  await choose("Edit tags");
  const tags = await dialog("Tags of grand otter");
  fireEvent.click(tags.getByRole("button", { name: "Remove eu" }));
  const field = tags.getByRole("textbox", { name: "Tags" });
  fireEvent.change(field, { target: { value: "us" } });
  fireEvent.keyDown(field, { key: "Enter" });
  tags.getByText(/flow-run tag [0-9a-f-]{36} --add us --remove eu/);
  click(tags, "Save tags");
  await waitFor(async () => expect((await read()).tags).toEqual(["us"]));
});

test("a failed run of a deployment is run again with what is changed, and the new run is opened", async () => {
  const { world, address, id } = await openRun(deployed);
  await screen.findByRole("button", { name: "Retry from failed" });
  fireEvent.click(screen.getByRole("button", { name: "Run again…" }));
  const again = await dialog("Run brave-otter again");
  const day = await again.findByRole("textbox", { name: /^day/ });
  expect(day).toHaveProperty("value", "monday");
  fireEvent.change(day, { target: { value: "tuesday" } });
  again.getByText(/run-again [0-9a-f-]{36} --param day=tuesday/);
  click(again, "Run again");
  await waitFor(() => expect(address()).not.toContain(id));
  const [made] = await world.call(flowRuns.filter, { flow_runs: { id: { not_any_: [id] } } });
  expect(made).toMatchObject({
    ...{ parameters: { day: "tuesday" }, job_variables: { cpu: 2 } },
    tags: expect.arrayContaining(["prod", "eu"]),
  });
  expect(await world.call(flowRuns.read, { id })).toMatchObject({ state_type: "FAILED" });
});

test.each<[string, (world: World) => Promise<string>, RegExp]>([
  ["a script", completed, /started by a script/],
  [
    "another run",
    async (world) => {
      const parent = await world.flowRun({ states: ["RUNNING"] });
      const task = await world.taskRun({ flowRun: parent, key: "sub" });
      const run = await world.flowRun({ name: "brave-otter", parent_task_run_id: task.id });
      return run.id;
    },
    /called by another run/,
  ],
])("a run of %s cannot be run again: it is said why, and what to do", async (_, seed, reason) => {
  await openRun(seed);
  await choose("Run again");
  const again = await dialog("Run brave-otter again");
  again.getByText(reason);
  await again.findByText(/praetor deploy|parent run/);
});

test("what a deletion takes along is counted", async () => {
  const { address, read } = await openRun(async (world) => {
    const flowRun = await world.flowRun({ name: "brave-otter", states: ["RUNNING", "COMPLETED"] });
    for (const key of ["a", "b"]) await world.taskRun({ flowRun, key });
    return flowRun.id;
  });
  await choose("Delete");
  const remove = await dialog("Delete brave-otter");
  await remove.findByText("2 task runs, their states and logs");
  click(remove, "Delete 1 flow run");
  await waitFor(() => expect(address()).toBe("/runs"));
  await expect(read()).rejects.toMatchObject({ status: 404 });
});

test("the selected task run is given a state, renamed and deleted", async () => {
  let taskId = "";
  const { world } = await openRun(async (world) => {
    const flowRun = await world.flowRun({ states: ["RUNNING"] });
    taskId = (await world.taskRun({ flowRun, key: "load", name: "load-0", states: ["RUNNING"] })).id;
    return `${flowRun.id}/tasks/${taskId}`;
  });
  const act = async (item: string) => {
    fireEvent.click(await screen.findByRole("button", { name: "Actions on the task run" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: item }));
  };
  const read = () => world.call(taskRuns.read, { id: taskId });
  await act("Set state");
  const set = await dialog("Set the state of load-0");
  set.getByText(/task-run set-state [0-9a-f-]{36} --type completed/);
  click(set, "Set to Completed");
  await waitFor(async () => expect((await read()).state_type).toBe("COMPLETED"));
  await act("Rename");
  const rename = await dialog("Rename load-0");
  fireEvent.change(rename.getByRole("textbox", { name: "Name" }), { target: { value: "load-first" } });
  click(rename, "Rename");
  await waitFor(async () => expect((await read()).name).toBe("load-first"));
  await act("Delete");
  click(await dialog("Delete load-first"), "Delete task run");
  await waitFor(() => expect(read()).rejects.toMatchObject({ status: 404 }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Actions on the task run" })).toBeNull());
});

test.each([false, true])(
  "a run is copied as Markdown with its link, from a Prefect server: %s",
  async (isForeign) => {
    const writeText = vi.fn(async () => undefined);
    const { id } = await openRun(deployed, { isForeign });
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
    onTestFinished(() => void Reflect.deleteProperty(navigator, "clipboard"));
    await choose("Copy as Markdown");
    await waitFor(() => expect(writeText).toHaveBeenCalled());
    const text = String(writeText.mock.calls.flat()[0]);
    expect(text).toContain("# `etl` run `brave-otter`: Failed");
    expect(text).toMatch(new RegExp(`- Link: http.*/runs/${id}`));
  },
);

test("what a Prefect server cannot do says so, the rest goes through its own routes", async () => {
  const { read } = await openRun(completed, { isForeign: true });
  fireEvent.click(await screen.findByRole("button", { name: "More actions" }));
  const item = await screen.findByRole("menuitem", { name: /^Download log \(text\)/ });
  expect(item.textContent).toContain("needs a Praetor server");
  fireEvent.click(await screen.findByRole("menuitem", { name: /^Set state/ }));
  const set = await dialog("Set the state of brave-otter");
  fireEvent.change(set.getByRole("combobox", { name: "State type" }), { target: { value: "FAILED" } });
  click(set, "Set to Failed");
  await waitFor(async () => expect((await read()).state_type).toBe("FAILED"));
});

test("the log is downloaded in any format; a Prefect server has only one", async () => {
  await openRun(completed, { isForeign: true });
  fireEvent.click(await screen.findByRole("button", { name: "Download the whole log" }));
  const items = await screen.findAllByRole("menuitem", { name: /^Download as/ });
  expect(items.map(({ textContent }) => textContent)).toEqual([
    "Download as textneeds a Praetor server",
    "Download as JSON linesneeds a Praetor server",
    "Download as CSV",
  ]);
});
