import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const path = "/capacity?tab=pools";

async function twoPools(world: World) {
  await world.call(workPools.create, { name: "etl", type: "process", concurrency_limit: 3 });
  await world.call(workPools.create, { name: "reports", type: "process" });
  await world.call(workQueues.create, { pool: "etl", name: "urgent", concurrency_limit: 1 });
  await world.call(workQueues.create, { pool: "etl", name: "bulk" });
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
}

const part = async (name: string) => within(await screen.findByRole("article", { name }));
const etl = () => part("Work pool etl");
const queueNames = async () =>
  within((await etl()).getByRole("region", { name: "Queues of etl" }))
    .getAllByRole("listitem")
    .map((item) => /default|urgent|bulk/.exec(item.textContent ?? "")?.[0]);

test("each pool shows its state, its limit, its queues in the order they are served, and its workers", async () => {
  await open(path, { seed: twoPools });
  expect((await etl()).getByText("0 of 3 runs")).toBeDefined();
  expect((await etl()).getByText("Ready")).toBeDefined();
  expect(await queueNames()).toEqual(["default", "urgent", "bulk"]);
  const worker = within(await (await etl()).findByRole("listitem", { name: "Worker mac-1" }));
  expect(worker.getByText("Online")).toBeDefined();
  expect((await part("Work pool reports")).getByText("No worker")).toBeDefined();
});

test("a pool without a worker tells how to start one", async () => {
  await open(path, { seed: twoPools });
  const reports = await part("Work pool reports");
  expect(await reports.findByText(/No worker has served this pool yet/)).toBeDefined();
  expect(reports.getByText("praetor worker start --pool reports")).toBeDefined();
});

test("a pool and a queue are paused and resumed", async () => {
  const { world } = await open(path, { seed: twoPools });
  await screen.findByText("Live");
  fireEvent.click((await etl()).getByRole("button", { name: "Pause etl" }));
  fireEvent.click(await (await etl()).findByRole("button", { name: "Resume etl" }));
  await (await etl()).findByRole("button", { name: "Pause etl" });
  fireEvent.click((await etl()).getByRole("button", { name: "Pause queue urgent" }));
  await (await etl()).findByRole("button", { name: "Resume queue urgent" });
  expect((await world.call(workPools.read, { name: "etl" })).is_paused).toBe(false);
  expect((await world.call(workQueues.read, { pool: "etl", name: "urgent" })).is_paused).toBe(true);
});

test("queues move up and down", async () => {
  await open(path, { seed: twoPools });
  await screen.findByText("Live");
  fireEvent.click((await etl()).getByRole("button", { name: "Raise priority of bulk" }));
  await waitFor(async () => expect(await queueNames()).toEqual(["default", "bulk", "urgent"]));
  fireEvent.click((await etl()).getByRole("button", { name: "Lower priority of default" }));
  await waitFor(async () => expect(await queueNames()).toEqual(["bulk", "default", "urgent"]));
  expect((await etl()).getByRole("button", { name: "Raise priority of bulk" })).toHaveProperty(
    "disabled",
    true,
  );
});

test("the limit of a pool is changed, and a wrong one is told before it is sent", async () => {
  const { world, requests } = await open(path, { seed: twoPools });
  await screen.findByText("Live");
  fireEvent.click((await etl()).getByRole("button", { name: "Edit etl" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit work pool etl" }));
  fireEvent.change(dialog.getByLabelText("Limit"), { target: { value: "many" } });
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await dialog.findByText(/expected a whole number from 0 on, got “many”/)).toBeDefined();
  expect(requests).not.toContain("PATCH /work_pools/etl");
  fireEvent.change(dialog.getByLabelText("Limit"), { target: { value: "7" } });
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await (await etl()).findByText("0 of 7 runs")).toBeDefined();
  expect((await world.call(workPools.read, { name: "etl" })).concurrency_limit).toBe(7);
});

test("a queue is made, edited and deleted", async () => {
  await open(path, { seed: twoPools });
  await screen.findByText("Live");
  const region = (await etl()).getByRole("region", { name: "Queues of etl" });
  fireEvent.click(within(region).getByRole("button", { name: "New queue" }));
  const making = within(await screen.findByRole("dialog", { name: "New queue in etl" }));
  fireEvent.change(making.getByLabelText("Name"), { target: { value: "slow" } });
  fireEvent.change(making.getByLabelText("Priority"), { target: { value: "1" } });
  fireEvent.click(making.getByRole("button", { name: "Create queue" }));
  const slow = within(await (await etl()).findByRole("listitem", { name: "Queue slow" }));
  expect(region.querySelector("li")?.textContent).toContain("slow");
  fireEvent.click(slow.getByRole("button", { name: "More actions on queue slow" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const deleting = within(await screen.findByRole("dialog", { name: "Delete queue slow" }));
  fireEvent.click(deleting.getByRole("button", { name: "Delete queue" }));
  await waitFor(async () => expect((await etl()).queryByRole("listitem", { name: "Queue slow" })).toBeNull());
});

test("a pool is made with a name that is free, and what the server refuses stands in the dialog", async () => {
  const { world } = await open(path, { seed: twoPools });
  await screen.findByText("Live");
  fireEvent.click(await screen.findByRole("button", { name: "New pool" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New work pool" }));
  fireEvent.click(dialog.getByRole("button", { name: "Create pool" }));
  expect(await dialog.findByText("a name is required")).toBeDefined();
  fireEvent.change(dialog.getByLabelText("Name"), { target: { value: "etl" } });
  fireEvent.click(dialog.getByRole("button", { name: "Create pool" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("already exists");
  fireEvent.change(dialog.getByLabelText("Name"), { target: { value: "gpu" } });
  fireEvent.click(dialog.getByRole("button", { name: "Create pool" }));
  expect(await part("Work pool gpu")).toBeDefined();
  expect((await world.call(workPools.read, { name: "gpu" })).type).toBe("process");
});

test("on a Prefect server workers are asked for pool by pool, when somebody wants to know", async () => {
  const { requests } = await open(path, { seed: twoPools, isForeign: true });
  const region = within((await etl()).getByRole("region", { name: "Workers of etl" }));
  expect(requests.filter((request) => request.includes("workers"))).toEqual([]);
  fireEvent.click(region.getByRole("button", { name: "Show workers" }));
  expect(await region.findByRole("listitem", { name: "Worker mac-1" })).toBeDefined();
});

test("with no pool at all the page teaches how to get one", async () => {
  await open(path);
  expect(await screen.findByText("No work pools yet")).toBeDefined();
  expect(screen.getByText(/praetor worker start --pool my-pool/)).toBeDefined();
});

test("a heartbeat moves what is shown without a request", async () => {
  const { world, requests } = await open(path, { seed: twoPools });
  await screen.findByText("Live");
  await (await etl()).findByRole("listitem", { name: "Worker mac-1" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = requests.length;
  expect(before).toBeLessThanOrEqual(6);
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(requests.slice(before)).toEqual([]);
});
