import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
let id = "";
const path = () => `/runs/${id}`;

/** A run of a deployment in the pool `etl`, due since ten minutes and marked as late. */
async function late(world: World, name = "late-otter") {
  const { id: flow_id } = await world.flow("load");
  const { id: deployment } = await world.call(deployments.create, {
    ...{ flow_id, name: "nightly", work_pool_name: "etl", work_queue_name: "default" },
  });
  const scheduled_time = timestamp(world.now() - 600_000);
  const state = { type: "SCHEDULED", name: "Late", state_details: { scheduled_time } } as const;
  const run = await world.call(deployments.createFlowRun, { id: deployment, name, state });
  id = run.id;
}

async function pool(world: World, more: { is_paused?: boolean; concurrency_limit?: number } = {}) {
  await world.call(workPools.create, { name: "etl", type: "process", ...more });
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
}

const card = async () => within(await screen.findByRole("region", { name: "Why it waits" }));

test("a paused queue is named in the headline, and resumed from the card", async () => {
  const { world } = await open(path, {
    seed: async (made) => {
      await pool(made);
      await made.call(workQueues.update, { pool: "etl", current: "default", is_paused: true });
      await late(made);
    },
  });
  await screen.findByText("Live");
  const state = await screen.findByRole("group", { name: "State" });
  await waitFor(() =>
    expect(state.textContent).toMatch(/^Late by 10m.*: queue default of work pool etl is paused$/),
  );
  fireEvent.click((await card()).getByRole("button", { name: "Resume the queue" }));
  await waitFor(async () =>
    expect((await world.call(workQueues.read, { pool: "etl", name: "default" })).is_paused).toBe(false),
  );
  expect(await (await card()).findByText(/Ready, the next poll picks it up/)).toBeDefined();
});

test("a pool without a worker shows the command that starts one, and what to check", async () => {
  const { world } = await open(path, {
    seed: async (made) => {
      await made.call(workPools.create, { name: "etl", type: "process" });
      await late(made);
    },
  });
  await screen.findByText("Live");
  expect((await card()).getByText("praetor worker start --pool etl")).toBeDefined();
  expect((await card()).getByText(/Check that the worker’s process is alive/)).toBeDefined();
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
  await waitFor(async () => expect((await card()).queryByText(/praetor worker start/)).toBeNull());
});

test("heartbeats and polls that change nothing ask for nothing", async () => {
  const { world, requests } = await open(path, {
    seed: async (made) => {
      await pool(made, { is_paused: true });
      await late(made);
    },
  });
  await card();
  await screen.findByText("Live");
  const live = async () => {
    await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
    await world.call(workPools.scheduledRuns, { name: "etl" });
  };
  // At first it is news that the queue is polled.
  await live();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const before = requests.length;
  await live();
  await live();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(requests.slice(before)).toEqual([]);
});

test("a full pool names who fills it, each a link, and its limit is raised from the card", async () => {
  const { world } = await open(path, {
    seed: async (made) => {
      await pool(made, { concurrency_limit: 1 });
      await late(made, "busy-otter");
      await made.call(flowRuns.setState, { id, state: { type: "PENDING" }, force: true });
      await made.call(flowRuns.setState, { id, state: { type: "RUNNING" }, force: true });
      await late(made);
    },
  });
  await screen.findByText("Live");
  const holder = (await card()).getByRole("link", { name: "busy-otter" });
  expect(holder.getAttribute("href")).toMatch(/^\/runs\//);
  fireEvent.click((await card()).getByRole("button", { name: "Raise the limit" }));
  const raising = within(await screen.findByRole("dialog", { name: "Raise the limit of work pool etl" }));
  expect(raising.getByLabelText("Limit")).toHaveProperty("value", "2");
  fireEvent.click(raising.getByRole("button", { name: "Save" }));
  await waitFor(async () =>
    expect((await world.call(workPools.read, { name: "etl" })).concurrency_limit).toBe(2),
  );
  expect(await (await card()).findByText(/Ready, the next poll picks it up/)).toBeDefined();
});

test("a full deployment leads to its slots, and its limit is raised from the card", async () => {
  const { world } = await open(path, {
    seed: async (made) => {
      await pool(made);
      const { id: flow_id } = await made.flow("load");
      const { id: deployment } = await made.call(deployments.create, {
        ...{ flow_id, name: "nightly", work_pool_name: "etl", concurrency_limit: 1 },
      });
      for (const name of ["busy-otter", "held-otter"]) {
        const run = await made.call(deployments.createFlowRun, { id: deployment, name });
        await made.call(flowRuns.setState, { id: run.id, state: { type: "PENDING" } });
        id = run.id;
      }
    },
  });
  const link = (await card()).getByRole("link", { name: "Release a slot" });
  expect(link.getAttribute("href")).toMatch(/^\/capacity\?limit=deployment%3A/);
  const name = decodeURIComponent(link.getAttribute("href")?.split("limit=")[1] ?? "");
  fireEvent.click((await card()).getByRole("button", { name: "Raise the limit" }));
  const raising = within(await screen.findByRole("dialog", { name: "Raise the limit of the deployment" }));
  fireEvent.click(raising.getByRole("button", { name: "Save" }));
  await waitFor(async () =>
    expect((await world.call(concurrencyLimits.read, { id_or_name: name })).limit).toBe(2),
  );
});

test("a running run whose task waits for a slot names the limit, who holds it, and how to raise it", async () => {
  await open(path, {
    seed: async (made) => {
      const holding = await made.taskRun({ name: "vacuum-0", states: ["RUNNING"] });
      const run = await made.flowRun({ states: ["PENDING", "RUNNING"] });
      const task = await made.taskRun({ flowRun: run, name: "report-0", states: ["RUNNING"] });
      id = run.id;
      await made.call(concurrencyLimits.create, { name: "warehouse", limit: 1 });
      const take = (holder: string) =>
        made.call(concurrencyLimits.incrementWithLease, {
          ...{ names: ["warehouse"], slots: 1, holder: { type: "task_run", id: holder } },
        });
      await take(holding.id);
      await expect(take(task.id)).rejects.toMatchObject({ status: 423 });
    },
  });
  expect((await card()).getByText(/^1 task waits for a slot of/).textContent).toMatch(
    /^1 task waits for a slot of warehouse, 1 of 1 in use/,
  );
  const held = within((await card()).getByRole("list", { name: "Held by" }));
  expect(held.getByRole("link", { name: "vacuum-0" })).toBeDefined();
  const waits = within((await card()).getByRole("list", { name: "Waiting" }));
  expect(waits.getByRole("link", { name: "report-0" }).getAttribute("href")).toContain(`/runs/${id}/tasks/`);
  expect((await card()).getByRole("link", { name: "Release a slot" }).getAttribute("href")).toBe(
    "/capacity?limit=warehouse",
  );
  fireEvent.click((await card()).getByRole("button", { name: "Raise the limit" }));
  await screen.findByRole("dialog", { name: "Raise the limit of warehouse" });
});

test("a paused run says so once, with one button", async () => {
  const { world } = await open(path, {
    seed: async (made) => {
      const run = await made.flowRun({ name: "held-otter", states: ["PENDING", "RUNNING", "PAUSED"] });
      id = run.id;
    },
  });
  const state = await screen.findByRole("group", { name: "State" });
  await waitFor(() => expect(state.textContent).toBe("Paused until it is resumed"));
  expect(screen.queryByRole("region", { name: "Why it waits" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: /^Resume/ }));
  const resuming = within(await screen.findByRole("dialog", { name: "Resume held-otter" }));
  fireEvent.click(resuming.getByRole("button", { name: "Resume" }));
  await waitFor(async () => expect((await world.call(flowRuns.read, { id })).state_type).toBe("RUNNING"));
});

test("a run whose time is to come needs no card", async () => {
  await open(path, {
    seed: async (made) => {
      await pool(made);
      await late(made);
      const scheduled_time = timestamp(made.now() + 7_200_000);
      const state = { type: "SCHEDULED", state_details: { scheduled_time } } as const;
      await made.call(flowRuns.setState, { id, state, force: true });
    },
  });
  const state = await screen.findByRole("group", { name: "State" });
  await waitFor(() => expect(state.textContent).toMatch(/^Scheduled to start in/));
  await screen.findByText("Live");
  expect(screen.queryByRole("region", { name: "Why it waits" })).toBeNull();
});

test("the list of runs tells of a late run why, and what to check", async () => {
  const { requests } = await open("/runs", {
    seed: async (made) => {
      await made.call(workPools.create, { name: "etl", type: "process" });
      await late(made);
      await late(made, "second-otter");
    },
  });
  const grid = await screen.findByRole("grid", { name: "Flow runs" });
  const texts = await within(grid).findAllByText(/^Work pool etl has no worker\..*Check that/);
  expect(texts).toHaveLength(2);
  expect(requests.filter((request) => request === "POST /praetor/waiting")).toHaveLength(1);
});
