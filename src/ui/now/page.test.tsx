import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workers } from "../../schema/workers.ts";
import { groupFailures } from "../../server/services/failures.ts";
import { noteAbsence } from "../../server/services/foreman.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const panel = async (title: string) => {
  const section = (await screen.findByRole("heading", { name: title })).closest("section");
  if (!section) throw new Error(`expected a section ${title}`);
  return within(section);
};

const failed = (message: string) => ["PENDING", "RUNNING", { type: "FAILED", message }] as const;
async function trouble(world: World) {
  await world.flowRun({ flow: "etl", states: failed("timed out after 5 s") });
  await world.flowRun({ flow: "etl", states: failed("timed out after 8 s") });
  await world.flowRun({ flow: "report", states: failed("no such table") });
  await world.flowRun({ flow: "etl", name: "busy-otter", states: ["PENDING", "RUNNING"] });
  await world.flowRun({ flow: "etl", name: "held-otter", states: ["PENDING", "RUNNING", "PAUSED"] });
  // Some seconds later, when no more can be expected of the failures.
  await groupFailures(world.store, () => world.now() + 10_000);
}

test.each([
  ["our server", { seed: trouble }, /timed out after 5 s.*×2/],
  ["a Prefect server", { seed: trouble, isForeign: true }, /timed out after 8 s.*×2/],
])(
  "failures on %s are grouped, the most frequent first, and lead to their runs",
  async (_, options, title) => {
    await open("/", options);
    const failing = await panel("Failing");
    const items = await failing.findAllByRole("listitem");
    expect(items[0]?.textContent).toMatch(title);
    expect(items[1]?.textContent).toMatch(/no such table.*×1/);
    const [first] = within(items[0] ?? document.body).getAllByRole("link");
    await waitFor(() =>
      expect(decodeURIComponent(first?.getAttribute("href") ?? "").replaceAll("+", " ")).toBe(
        '/runs?q=flow:"etl" state:failed,crashed err:"timed out after" since:24h',
      ),
    );
  },
);

test("a failure that is filed while the page is open is counted on it", async () => {
  const { world } = await open("/", { seed: trouble });
  const failing = await panel("Failing");
  await failing.findByText(/no such table/);
  await screen.findByText("Live");
  await world.flowRun({ flow: "report", states: failed("no such table") });
  await groupFailures(world.store, () => world.now() + 10_000);
  await waitFor(() => {
    const item = failing.getAllByRole("listitem").find((one) => one.textContent?.includes("no such table"));
    expect(item?.textContent).toContain("×2");
  });
});

async function nested(world: World) {
  const parent = await world.flowRun({ flow: "parent", states: ["PENDING", "RUNNING"] });
  const stand = await world.taskRun({ flowRun: parent, key: "child", states: ["PENDING", "RUNNING"] });
  const [, , state] = failed("no such table");
  const child = await world.flowRun({ flow: "child", parent_task_run_id: stand.id, states: ["RUNNING"] });
  await world.taskRun({ flowRun: child, key: "load", name: "load-0", states: ["RUNNING", state] });
  for (const { id } of [child, parent]) await world.call(flowRuns.setState, { id, state, force: true });
  await groupFailures(world.store, () => world.now() + 10_000);
}

test.each([
  ["our server", false],
  ["a Prefect server", true],
])("a failure in a subflow is one on %s", async (_, isForeign) => {
  await open("/", { seed: nested, isForeign });
  const items = await (await panel("Failing")).findAllByRole("listitem");
  expect(items.map((item) => /no such table.*×\d/.exec(item.textContent ?? "")?.[0])).toEqual([
    expect.stringContaining("×1"),
  ]);
});

test("a waiting run says why, and a running one how long it has been", async () => {
  await open("/", { seed: trouble });
  const waiting = await panel("Waiting");
  await waiting.findByText("Paused until it is resumed");
  expect((await waiting.findByRole("listitem")).textContent).toContain("held-otter");
  expect((await (await panel("Running")).findByRole("listitem")).textContent).toContain("busy-otter");
});

test("on a Prefect server a waiting run says what its row tells", async () => {
  await open("/", { seed: trouble, isForeign: true });
  expect((await (await panel("Waiting")).findByRole("listitem")).textContent).toMatch(
    /Paused .*until it is resumed.*held-otter/,
  );
  expect(screen.queryByRole("heading", { name: "Capacity" })).toBeNull();
});

/** How far the server's clock is behind. */
let slow = 0;
const now = () => Date.now() - slow;

/** A late run in a pool whose only worker fell silent; a limit that is full; a run that waits for input. */
async function strain(world: World) {
  await world.call(workPools.create, { name: "etl", type: "process" });
  slow = 120_000;
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
  slow = 0;
  await noteAbsence(world.store, now);
  const scheduled_time = timestamp(world.now() - 600_000);
  const late = { type: "SCHEDULED", name: "Late", state_details: { scheduled_time } } as const;
  await world.flowRun({ name: "late-otter", work_pool_name: "etl", states: [late] });
  const run_input_keyset = { schema: "asked", response: "answered" };
  const asking = { type: "PAUSED", state_details: { run_input_keyset } } as const;
  await world.flowRun({ name: "asking-otter", states: ["PENDING", "RUNNING", asking] });
  await world.call(concurrencyLimits.create, { name: "database", limit: 1 });
  for (const name of ["busy-otter", "queued-otter"]) {
    const { id } = await world.flowRun({ name, states: ["PENDING", "RUNNING"] });
    const holder = { type: "flow_run" as const, id };
    await world
      .call(concurrencyLimits.incrementWithLease, { names: ["database"], slots: 1, holder })
      .catch(() => undefined);
  }
}

test("a late run says why and what to check, one that waits for input asks for it, all in one request", async () => {
  const { requests } = await open("/", { seed: strain, now });
  const waiting = await panel("Waiting");
  await waiting.findByText(/^Late by 10m.*: work pool etl has no worker, mac-1 was last heard of/);
  expect(waiting.getByText(/Check that the worker’s process is alive/)).toBeDefined();
  expect(waiting.getByText("Paused for input")).toBeDefined();
  expect(requests.filter((request) => request.startsWith("POST /praetor/"))).toEqual([
    "POST /praetor/failures/filter",
    "POST /praetor/blockers",
  ]);
});

test("full limits that make somebody wait and silent workers are entries that lead to them", async () => {
  await open("/", { seed: strain, now });
  const capacity = await panel("Capacity");
  const [limit, worker] = capacity.getAllByRole("listitem");
  expect(limit?.textContent).toMatch(/Limit database is full: 1 waits.*1 of 1 in use, busy-otter for/);
  expect(worker?.textContent).toMatch(/Worker mac-1 of work pool etl is silent.*praetor worker start/);
  const links = capacity.getAllByRole("link").map((link) => link.getAttribute("href"));
  expect(links).toEqual(["/capacity", "/capacity?limit=database", "/capacity?tab=pools&pool=etl"]);
});

test("a run that ends leaves what is running without reloading", async () => {
  const { world } = await open("/", { seed: trouble });
  const running = await panel("Running");
  await running.findByText("busy-otter");
  await screen.findByText("Live");
  const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["busy-otter"] } } });
  await world.call(flowRuns.setState, { id: run?.id ?? "", state: { type: "COMPLETED" }, force: true });
  expect(await running.findByText("No run is running.")).toBeDefined();
});

test("where nothing has run yet the page teaches the first flow", async () => {
  await open("/");
  expect(await screen.findByText("No runs yet")).toBeDefined();
});

test("the page asks for six things at most", async () => {
  const { requests } = await open("/", { seed: strain, now });
  await (await panel("Running")).findByText("busy-otter");
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(6);
});
