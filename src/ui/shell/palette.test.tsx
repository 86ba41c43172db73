import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { workPools } from "../../schema/work-pools.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();

async function seed(world: World) {
  const flowRun = await world.flowRun({
    flow: "report",
    name: "quiet-owl",
    tags: ["nightly"],
    states: ["PENDING", "RUNNING"],
  });
  await world.flowRun({ flow: "other", name: "report-of-other" });
  const id = "0190a000-0000-7000-8000-000000000001";
  await world.taskRun({ flowRun, id, key: "extract", name: "extract-orders" });
  await world.call(workPools.create, { name: "gpu-cluster", type: "process" });
  await world.call(concurrencyLimits.create, { name: "warehouse-connections", limit: 3 });
}

const call = () => fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
const type = (text: string) => {
  for (const key of text) fireEvent.keyDown(document.body, { key });
};
const field = () => screen.findByRole("combobox", { name: "Search and commands" });

test("what is typed while the palette loads, and Enter, choose the best hit and reach no shortcut", async () => {
  const { address } = await open("/runs", { seed });
  await screen.findByText("Live");
  call();
  type("report");
  fireEvent.keyDown(document.body, { key: "Enter" });
  await waitFor(() => expect(address()).toMatch(/^\/flows\/[0-9a-f-]{36}$/));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("Enter that comes right after a name waits for what the server finds", async () => {
  const { address } = await open("/", { seed });
  await screen.findByText("Live");
  call();
  fireEvent.change(await field(), { target: { value: "quiet-owl" } });
  fireEvent.keyDown(await field(), { key: "Enter" });
  await waitFor(() => expect(address()).toMatch(/^\/runs\/[0-9a-f-]{36}$/));
});

test("a tag and the commands of the page are found", async () => {
  const { address } = await open("/runs", { seed });
  await screen.findByText("Live");
  call();
  fireEvent.change(await field(), { target: { value: "filter" } });
  await screen.findByRole("option", { name: /^Filter/ });
  fireEvent.change(await field(), { target: { value: "nightly" } });
  fireEvent.click(await screen.findByRole("option", { name: /nightly/ }));
  await waitFor(() => expect(address()).toBe("/runs?q=tag:nightly"));
});

test.each([
  [
    "a limit by a part of its name",
    "house-conn",
    /warehouse-connections/,
    /^\/capacity\?limit=warehouse-connections$/,
  ],
  ["a work pool by a part of its name", "u-clus", /gpu-cluster/, /^\/work-pools\/gpu-cluster$/],
  ["a task run by a part of its name", "act-ord", /extract-orders/, /^\/runs\/[0-9a-f-]{36}.*0190a000-0000/],
  [
    "a task run by its id in a line of a log",
    "task 0190a000-0000-7000-8000-000000000001 failed",
    /extract-orders/,
    /^\/runs\/[0-9a-f-]{36}.*0190a000-0000/,
  ],
  ["a tag by a part of its name", "ghtl", /nightly/, /^\/runs\?q=tag:nightly$/],
])("%s is found, and leads there", async (_, text, option, to) => {
  const { address } = await open("/flows", { seed });
  await screen.findByText("Live");
  call();
  fireEvent.change(await field(), { target: { value: text } });
  await screen.findByRole("option", { name: option });
  fireEvent.keyDown(await field(), { key: "Enter" });
  await waitFor(() => expect(address()).toMatch(to));
});

test("the page of a thing that is not there leads to those that are", async () => {
  const { address } = await open("/flows/00000000-0000-4000-8000-000000000000", { seed });
  fireEvent.click(await screen.findByRole("link", { name: "All flows" }));
  await waitFor(() => expect(address()).toBe("/flows"));
});
