import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { concurrencyLimits, tagLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();

const take = (
  world: World,
  name: string,
  run: FlowRun,
  more: { slots?: number; wait_seconds?: number } = {},
) =>
  world.call(concurrencyLimits.incrementWithLease, {
    ...{ names: [name], slots: 1, holder: { type: "flow_run", id: run.id } },
    ...more,
  });
const running = (world: World, name: string) =>
  world.flowRun({ flow: "load", name, states: ["PENDING", "RUNNING"] });

/** Two of `database` held, one by somebody who is waited for; a limit by tag, one that decays, one of a deployment. */
async function busy(world: World) {
  await world.call(concurrencyLimits.create, { name: "database", limit: 2 });
  await world.call(concurrencyLimits.create, { name: "stripe", limit: 10, slot_decay_per_second: 2 });
  await world.call(tagLimits.create, { tag: "heavy", concurrency_limit: 3 });
  const { id: flow_id } = await world.flow("load");
  await world.call(deployments.create, { flow_id, name: "nightly", concurrency_limit: 4 });
  for (const name of ["brave-otter", "shy-otter"]) await take(world, "database", await running(world, name));
  await take(world, "database", await running(world, "late-otter")).catch(() => undefined);
}

const board = async (name: string) => within(await screen.findByRole("article", { name: `Limit ${name}` }));
const dialog = async (name: string | RegExp) => within(await screen.findByRole("dialog", { name }));
const menu = async (limit: string, item: string) => {
  fireEvent.click((await board(limit)).getByRole("button", { name: `More actions on ${limit}` }));
  fireEvent.click(await screen.findByRole("menuitem", { name: item }));
};

test("each limit shows its slots with who holds them, and who waits", async () => {
  await open("/capacity", { seed: busy });
  const database = await board("database");
  expect(database.getByText("2 of 2 in use")).toBeDefined();
  const slots = within(database.getByRole("list", { name: "Slots of database" })).getAllByRole("listitem");
  expect(slots.map((slot) => slot.textContent)).toEqual([
    expect.stringMatching(/brave-otter.*for \d+s, lease 4m \d+s|brave-otter.*lease 5m/),
    expect.stringContaining("shy-otter"),
  ]);
  const href = database.getByRole("link", { name: "brave-otter" }).getAttribute("href");
  expect(href).toMatch(/^\/runs\/[0-9a-f-]{36}$/);
  const waiters = database.getByRole("list", { name: "Waiting for database" });
  expect(waiters.textContent).toContain("late-otter");
});

test("limits by tag and of deployments are called by what they limit, and decay is said in words", async () => {
  await open("/capacity", { seed: busy });
  expect((await board("heavy")).getByText("3 free")).toBeDefined();
  expect(await board("load/nightly")).toBeDefined();
  expect((await board("stripe")).getByText("frees 2 slots a second")).toBeDefined();
});

test("slots that were taken without a lease are shown, though nobody knows whose they are", async () => {
  await open("/capacity", {
    seed: async (world) => {
      await world.call(concurrencyLimits.create, { name: "database", limit: 3 });
      await world.call(concurrencyLimits.increment, { names: ["database"], slots: 2 });
    },
  });
  expect((await board("database")).getByText(/2 in use, no lease/)).toBeDefined();
});

test("a limit of hundreds is a bar with its oldest holders, and all of them on demand", async () => {
  await open("/capacity", {
    seed: async (world) => {
      await world.call(concurrencyLimits.create, { name: "fan-out", limit: 500 });
      for (let made = 0; made < 12; made += 1)
        await take(world, "fan-out", await running(world, `shard-${made}`));
    },
  });
  const fanOut = await board("fan-out");
  expect(fanOut.getByRole("img", { name: "12 of 500 slots in use" })).toBeDefined();
  expect(fanOut.getAllByRole("link")).toHaveLength(8);
  fireEvent.click(fanOut.getByRole("button", { name: "Show all 12 holders" }));
  expect(fanOut.getAllByRole("link")).toHaveLength(12);
});

test("a raised limit lets those who wait come in, and the dialog says so before", async () => {
  const { world } = await open("/capacity", { seed: busy });
  await screen.findByText("Live");
  fireEvent.click((await board("database")).getByRole("button", { name: "Edit database" }));
  const editing = await dialog("Edit database");
  fireEvent.change(editing.getByLabelText("Slots"), { target: { value: "3.5" } });
  fireEvent.click(editing.getByRole("button", { name: "Save" }));
  expect(await editing.findByText(/expected a whole number from 0 on, got “3.5”/)).toBeDefined();
  fireEvent.change(editing.getByLabelText("Slots"), { target: { value: "4" } });
  expect(editing.getByText("Lets 1 of 1 waiting in at once.")).toBeDefined();
  fireEvent.click(editing.getByRole("button", { name: "Save" }));
  expect(await (await board("database")).findByText("2 of 4 in use")).toBeDefined();
  expect((await world.call(concurrencyLimits.read, { id_or_name: "database" })).limit).toBe(4);
});

test("releasing a slot names its holder and what that does, frees it and leaves an event", async () => {
  const { world } = await open("/capacity", { seed: busy });
  await screen.findByText("Live");
  const name = "Release the slot of brave-otter";
  fireEvent.click((await board("database")).getByRole("button", { name }));
  const releasing = await dialog(name);
  expect(releasing.getByText("Running")).toBeDefined();
  expect(releasing.getByText(/The run is not stopped/)).toBeDefined();
  fireEvent.click(releasing.getByRole("button", { name: "Release the slot" }));
  expect(await (await board("database")).findByText("1 of 2 in use")).toBeDefined();
  await waitFor(async () => expect((await board("database")).queryByText("brave-otter")).toBeNull());
  await waitFor(async () => {
    const filter = { event: { name: ["praetor.slot.released"] } };
    const { events: told } = await world.call(events.filter, { filter });
    expect(told).toHaveLength(1);
  });
});

test("a reset frees all slots", async () => {
  await open("/capacity", { seed: busy });
  await screen.findByText("Live");
  await menu("database", "Reset");
  const resetting = await dialog("Reset database");
  expect(resetting.getByText(/brave-otter, shy-otter/)).toBeDefined();
  fireEvent.click(resetting.getByRole("button", { name: "Release 2 slots" }));
  expect(await (await board("database")).findByText("0 of 2 in use")).toBeDefined();
});

test("a limit is deactivated, activated again and deleted", async () => {
  const { world } = await open("/capacity", { seed: busy });
  await screen.findByText("Live");
  await menu("database", "Deactivate");
  fireEvent.click((await dialog("Deactivate database")).getByRole("button", { name: "Deactivate" }));
  expect(await (await board("database")).findByText("Inactive: not enforced")).toBeDefined();
  await menu("database", "Activate");
  fireEvent.click((await dialog("Activate database")).getByRole("button", { name: "Activate" }));
  await waitFor(async () => expect((await board("database")).queryByText(/Not active/)).toBeNull());
  await menu("database", "Delete");
  fireEvent.click((await dialog("Delete limit database")).getByRole("button", { name: "Delete limit" }));
  await waitFor(() => expect(screen.queryByRole("article", { name: "Limit database" })).toBeNull());
  await expect(world.call(concurrencyLimits.read, { id_or_name: "database" })).rejects.toThrow("404");
});

test("a limit is made by name or by tag; a name that is taken is told at once", async () => {
  const { world } = await open("/capacity", { seed: busy });
  await screen.findByText("Live");
  await board("database");
  fireEvent.click(await screen.findByRole("button", { name: "New limit" }));
  const making = await dialog("New limit");
  fireEvent.change(making.getByLabelText("Name"), { target: { value: "database" } });
  fireEvent.click(making.getByRole("button", { name: "Create limit" }));
  expect(await making.findByText("there is a limit with this name already")).toBeDefined();
  fireEvent.click(making.getByRole("button", { name: "By tag" }));
  fireEvent.change(making.getByLabelText("Tag"), { target: { value: "gpu" } });
  fireEvent.change(making.getByLabelText("Slots"), { target: { value: "1" } });
  fireEvent.click(making.getByRole("button", { name: "Create limit" }));
  expect((await board("gpu")).getByText("1 free")).toBeDefined();
  expect((await world.call(tagLimits.readByTag, { tag: "gpu" })).concurrency_limit).toBe(1);
});

test("the list narrows to what is full and to a name, and says what it hides", async () => {
  const { address } = await open("/capacity", { seed: busy });
  await board("stripe");
  fireEvent.click(screen.getByRole("button", { name: "Full" }));
  expect(await screen.findByText("1 of 4 limits, 1 full, 1 waiting")).toBeDefined();
  expect(address()).toBe("/capacity?show=full");
  fireEvent.change(screen.getByRole("searchbox", { name: "Find a limit" }), { target: { value: "zzz" } });
  expect(await screen.findByText("The filter hides all 4 limits.")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Show all limits" }));
  expect(await board("stripe")).toBeDefined();
});

test("without limits the page teaches the code that asks for one", async () => {
  await open("/capacity");
  expect(await screen.findByText("No limits yet")).toBeDefined();
  expect(screen.getByText(/await using slot = await concurrency\("database"\)/)).toBeDefined();
});

test("when the limits cannot be read the page says what failed, and trying again works", async () => {
  let broken = true;
  const through = (send: Send) => (request: Request) =>
    broken && request.url.endsWith("/praetor/slots")
      ? Promise.resolve(new Response('{"detail":"the disk is full"}', { status: 500 }))
      : send(request);
  await open("/capacity", { seed: busy, through });
  expect((await screen.findByRole("alert")).textContent).toContain("the disk is full");
  broken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await board("database")).toBeDefined();
});

test("what a busy server did not do is asked for again, and done once", async () => {
  let refusals = 1;
  const through = (send: Send) => (request: Request) =>
    request.method === "PATCH" && refusals-- > 0
      ? Promise.resolve(new Response('{"detail":"busy"}', { status: 503 }))
      : send(request);
  await open("/capacity", { seed: busy, through, isForeign: true });
  await board("database");
  fireEvent.click(screen.getByRole("button", { name: "Edit database" }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByLabelText("Slots"), { target: { value: "7" } });
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await (await board("database")).findByText(/of 7 in use/);
});

test("a Prefect server tells how much is taken, and the board leaves out who holds it", async () => {
  const { requests } = await open("/capacity", { seed: busy, isForeign: true });
  const database = await board("database");
  expect(database.getByText("2 of 2 in use")).toBeDefined();
  expect(database.queryByText(/otter/)).toBeNull();
  expect(database.queryByText(/no lease/)).toBeNull();
  expect(requests.filter((request) => request.includes("/praetor/"))).toEqual([]);
});

test("the page asks for few things", async () => {
  const { requests } = await open("/capacity", { seed: busy });
  await board("database");
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(6);
});

test("g c goes there from anywhere", async () => {
  const { address } = await open("/runs", { seed: busy });
  await screen.findByRole("grid", { name: "Flow runs" });
  fireEvent.keyDown(document.body, { key: "g" });
  fireEvent.keyDown(document.body, { key: "c" });
  await waitFor(() => expect(address()).toBe("/capacity"));
});

test("each queue of each pool is listed with what it takes at once, and leads to the page of its pool", async () => {
  await open("/capacity?tab=pools", {
    seed: async (world) => {
      await world.call(workPools.create, { name: "etl", type: "process", concurrency_limit: 3 });
      await world.call(workQueues.create, { pool: "etl", name: "urgent", concurrency_limit: 1 });
    },
  });
  const urgent = within(await screen.findByRole("listitem", { name: "Queue urgent of etl" }));
  expect(urgent.getByText("0 of 1 run")).toBeDefined();
  expect(urgent.getByRole("link", { name: "urgent" }).getAttribute("href")).toBe(
    "/work-pools/etl?tab=queues&queue=urgent",
  );
});
