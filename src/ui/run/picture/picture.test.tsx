import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { flowRuns } from "../../../schema/flow-runs.ts";
import { dashboard, settled, without } from "../../../testing/render.tsx";
import type { World } from "../../../testing/world.ts";

const open = dashboard();

let id = "";
const at = (search: string) => () => `/runs/${id}${search}`;

/** Three tasks, of which two failed. */
async function etl(world: World, name = "brave-otter") {
  const run = await world.flowRun({ flow: "etl", name, states: ["PENDING", "RUNNING"] });
  id = run.id;
  const failed = {
    type: "FAILED",
    message: "Task run encountered an exception: ValueError: bad row",
  } as const;
  await world.taskRun({ flowRun: run, key: "read", name: "read-0", states: ["RUNNING", "COMPLETED"] });
  await world.taskRun({ flowRun: run, key: "load", name: "load-0", states: ["RUNNING", failed] });
  const last = await world.taskRun({
    flowRun: run,
    key: "send",
    name: "send-0",
    states: ["RUNNING", failed],
  });
  return { run, last };
}

const namesIn = (label: string) =>
  within(screen.getByRole("grid", { name: label }))
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("gridcell")[1]?.textContent);

test("the failed tasks that the sentence counts are a list away, and one is selected in it", async () => {
  let last = "";
  const { address } = await open(at(""), {
    seed: async (world) => {
      last = (await etl(world)).last.id;
    },
  });
  fireEvent.click(await screen.findByRole("link", { name: "2 failed" }));
  await screen.findByRole("grid", { name: "Task runs" });
  expect(address()).toBe(`/runs/${id}?view=tasks&state=failed`);
  await waitFor(() => expect(namesIn("Task runs")).toEqual(["load-0", "send-0"]));
  const grid = within(screen.getByRole("grid", { name: "Task runs" }));
  expect(grid.getAllByText("ValueError: bad row")).toHaveLength(2);
  fireEvent.click(grid.getByText("send-0"));
  await waitFor(() => expect(address()).toBe(`/runs/${id}/tasks/${last}?view=tasks&state=failed`));
  const details = within(screen.getByRole("region", { name: "Details" }));
  expect(await details.findByText("send-0")).toBeDefined();
});

test("task runs are ordered by the heads of the columns, and found by state and name", async () => {
  const { address } = await open(at("?view=tasks"), { seed: etl });
  await screen.findByRole("grid", { name: "Task runs" });
  fireEvent.click(screen.getByRole("button", { name: "Task run" }));
  await waitFor(() => expect(namesIn("Task runs")).toEqual(["load-0", "read-0", "send-0"]));
  fireEvent.click(screen.getByRole("button", { name: "Task run" }));
  await waitFor(() => expect(namesIn("Task runs")).toEqual(["send-0", "read-0", "load-0"]));
  fireEvent.click(screen.getByRole("button", { name: "Completed 1" }));
  await waitFor(() => expect(namesIn("Task runs")).toEqual(["read-0"]));
  fireEvent.change(screen.getByRole("textbox", { name: "Find task runs by name" }), {
    target: { value: "nowhere" },
  });
  await screen.findByRole("heading", { name: "No completed task run with “nowhere” in its name" });
  fireEvent.click(screen.getByRole("button", { name: "Show all" }));
  await waitFor(() => expect(namesIn("Task runs")).toHaveLength(3));
  expect(address()).toBe(`/runs/${id}?view=tasks&by=name-back`);
});

test("many task runs come page by page", async () => {
  const { requests } = await open(at("?view=tasks"), {
    seed: async (world) => {
      const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
      id = run.id;
      for (let place = 0; place < 130; place++)
        await world.taskRun({ flowRun: run, key: "task", name: `task-${place}`, states: ["COMPLETED"] });
    },
  });
  await screen.findByText("100 of 130 task runs");
  await settled(requests);
  expect(requests.filter((request) => request === "POST /task_runs/filter")).toHaveLength(1);
});

test("a task run that ends is told of in the list without the page being read again", async () => {
  const { world } = await open(at("?view=tasks"), { seed: etl });
  await screen.findByRole("grid", { name: "Task runs" });
  await screen.findByText("Live");
  await world.taskRun({
    flowRun: await world.call(flowRuns.read, { id }),
    key: "task",
    name: "task-9",
    states: ["RUNNING"],
  });
  await waitFor(() => expect(namesIn("Task runs")).toContain("task-9"));
});

test("subflows are listed with their flow, and the click on one shows its details", async () => {
  let caller = "";
  const { address } = await open(at("?view=subflows"), {
    seed: async (world) => {
      const { run } = await etl(world);
      const task = await world.taskRun({ flowRun: run, key: "child", states: ["PENDING", "RUNNING"] });
      caller = task.id;
      await world.flowRun({ flow: "inner", parent_task_run_id: caller, name: "child", states: ["RUNNING"] });
    },
  });
  const grid = within(await screen.findByRole("grid", { name: "Subflows" }));
  const row = within(grid.getAllByRole("row")[1] ?? document.body);
  await waitFor(() => expect(row.getByText("inner")).toBeDefined());
  fireEvent.click(row.getByText("inner"));
  await waitFor(() => expect(address()).toBe(`/runs/${id}/tasks/${caller}?view=subflows`));
});

test.each([
  ["our server", false],
  ["a Prefect server", true],
])("on %s the latest runs show what became of each task, in at most two requests", async (_, isForeign) => {
  let first = "";
  const { requests } = await open(at(""), {
    isForeign,
    seed: async (world) => {
      first = (await etl(world, "first-otter")).last.id;
      await etl(world, "second-otter");
    },
  });
  await screen.findByRole("tree");
  const before = requests.length;
  fireEvent.click(screen.getByRole("tab", { name: "History" }));
  const grid = within(await screen.findByRole("grid", { name: "Tasks of the latest runs" }));
  const cell = grid.getByRole("link", { name: /^send-0 in first-otter: Failed/ });
  expect(cell.getAttribute("href")).toContain(`/tasks/${first}`);
  const asked = requests.slice(before).filter((request) => /history|filter$/.test(request));
  if (!isForeign) expect(asked).toEqual([`GET /praetor/flow_runs/${id}/task-history`]);
  expect(asked.length).toBeLessThanOrEqual(2);
  // One stop for the Tab key, arrows from there.
  expect(grid.getAllByRole("link").filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  grid.getByRole("link", { name: /^first-otter/ }).focus();
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowRight" });
  expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^second-otter.*this run$/);
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
  expect(document.activeElement?.getAttribute("aria-label")).toContain("in second-otter");
});

test.each([
  ["tasks", /task_runs\/filter/, "The task runs could not be loaded"],
  ["subflows", /flow_runs\/filter/, "The subflows could not be loaded"],
  ["history", /task-history/, "The history could not be loaded"],
])("where the %s cannot be read, that is said in their place alone", async (view, part, text) => {
  await open(at(`?view=${view}`), { seed: etl, through: without(part) });
  await screen.findByText(text);
  await screen.findByRole("region", { name: "Details" });
});

test("the divider moves by keys, and where it was left is kept", async () => {
  localStorage.removeItem("praetor-run-panes");
  await open(at(""), { seed: etl });
  const divider = await screen.findByRole("separator", { name: "Height of the picture" });
  for (const [key, value] of [
    ["ArrowDown", "57"],
    ["Home", "15"],
    ["End", "85"],
    ["ArrowUp", "83"],
  ] as const) {
    fireEvent.keyDown(divider, { key });
    expect(divider.getAttribute("aria-valuenow")).toBe(value);
  }
  expect(JSON.parse(localStorage.getItem("praetor-run-panes") ?? "{}").rows).toBeCloseTo(0.83);
  localStorage.removeItem("praetor-run-panes");
});

test("f gives the picture the whole page, and Escape takes it back", async () => {
  await open(at(""), { seed: etl });
  await screen.findByRole("tree");
  fireEvent.keyDown(document.body, { key: "f" });
  expect(screen.queryByRole("region", { name: "Details" })).toBeNull();
  fireEvent.keyDown(document.body, { key: "Escape" });
  await screen.findByRole("region", { name: "Details" });
});
