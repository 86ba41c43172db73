import { fireEvent, screen, waitFor, within } from "@testing-library/react";
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
const panel = async (name: string) => within(await screen.findByRole("region", { name }));
const readable = (href: string | null | undefined) => decodeURIComponent(href ?? "").replaceAll("+", " ");

const failed = (message: string) => ["PENDING", "RUNNING", { type: "FAILED", message }] as const;
async function trouble(world: World) {
  await world.flowRun({ flow: "report", states: failed("no such table") });
  await world.flowRun({ flow: "etl", states: failed("timed out after 5 s") });
  await world.flowRun({ flow: "etl", name: "newest", states: failed("timed out after 8 s") });
  await world.flowRun({ flow: "etl", name: "busy-otter", states: ["PENDING", "RUNNING"] });
  await world.flowRun({ flow: "etl", name: "held-otter", states: ["PENDING", "RUNNING", "PAUSED"] });
  await world.flowRun({ flow: "etl", states: ["PENDING", "RUNNING", "COMPLETED"] });
  // Some seconds later, when no more can be expected of the failures.
  await groupFailures(world.store, () => world.now() + 10_000);
}

test("the counts say how many fail, wait, run and have completed, and lead to these runs", async () => {
  await open("/", { seed: trouble });
  const failing = await screen.findByRole("link", { name: /Failing in 2 groups/ });
  expect(failing.textContent).toMatch(/^3 ?Failing in 2 groups\+3 since yesterday/);
  expect(readable(failing.getAttribute("href"))).toBe("/runs?q=state:failed,crashed since:24h");
  expect(screen.getByRole("link", { name: /^0 ?Waiting/ }).textContent).toContain("1 paused besides");
  expect(screen.getByRole("link", { name: /^1 ?Running/ })).toBeDefined();
  expect(screen.getByRole("link", { name: /^25 % ?Completed in 24 h/ }).textContent).toContain("1 of 4");
});

test.each([
  ["our server", "its page", { seed: trouble }, /timed out after 5 s.*×2/],
  ["a Prefect server", "its newest run", { seed: trouble, isForeign: true }, /timed out after 8 s.*×2/],
])("failures on %s are grouped, newest first, and each leads to %s", async (_, target, options, title) => {
  const { world } = await open("/", options);
  const items = await (await panel("Failing")).findAllByRole("listitem");
  expect(items[0]?.textContent).toMatch(title);
  expect(items[1]?.textContent).toMatch(/no such table.*×1/);
  const [newest, all] = within(items[0] ?? document.body).getAllByRole("link");
  const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["newest"] } } });
  expect(newest?.getAttribute("href")).toMatch(target === "its page" ? /^\/errors\/./ : `/runs/${run?.id}`);
  expect(readable(all?.getAttribute("href"))).toBe(
    '/runs?q=flow:"etl" state:failed,crashed err:"timed out after" since:24h',
  );
});

test("a failure that is filed while the page is open is counted on it", async () => {
  const { world } = await open("/", { seed: trouble });
  const failing = await panel("Failing");
  await failing.findByText(/no such table/);
  await screen.findByText("Live");
  await world.flowRun({ flow: "report", states: failed("no such table") });
  await groupFailures(world.store, () => world.now() + 10_000);
  await waitFor(() => {
    const [first] = failing.getAllByRole("listitem");
    expect(first?.textContent).toMatch(/no such table.*×2/);
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
])("a failure in a subflow is one on %s, unless subflows are shown", async (_, isForeign) => {
  const { address } = await open("/", { seed: nested, isForeign });
  const items = await (await panel("Failing")).findAllByRole("listitem");
  expect(items.map((item) => /no such table.*×\d/.exec(item.textContent ?? "")?.[0])).toEqual([
    expect.stringContaining("×1"),
  ]);
  expect(await screen.findByRole("link", { name: /^1 ?Failing in 1 group/ })).toBeDefined();
  fireEvent.change(screen.getByLabelText("Subflows"), { target: { value: "shown" } });
  expect(await screen.findByRole("link", { name: /^2 ?Failing in 1 group/ })).toBeDefined();
  expect(address()).toBe("/?subflows=shown");
});

test("time range and tags are chosen on the page, and stand in its address", async () => {
  const seed = async (world: World) => {
    await world.flowRun({ tags: ["prod"], states: failed("no such table") });
    await world.flowRun({ tags: ["test"], states: failed("timed out") });
  };
  const { address } = await open("/?range=1h", { seed });
  expect(await screen.findByRole("link", { name: /^2 ?Failing/ })).toBeDefined();
  expect(screen.getByRole("link", { name: /Completed in 1 h/ })).toBeDefined();
  const tags = screen.getByLabelText("Tags");
  fireEvent.change(tags, { target: { value: "prod" } });
  fireEvent.keyDown(tags, { key: "Enter" });
  const only = await screen.findByRole("link", { name: /^1 ?Failing in 1 group/ });
  expect(readable(only.getAttribute("href"))).toBe("/runs?q=state:failed,crashed tag:prod since:1h");
  expect(address()).toBe("/?range=1h&tags=prod");
  fireEvent.change(screen.getByLabelText("Time range"), { target: { value: "7d" } });
  await waitFor(() => expect(address()).toBe("/?range=7d&tags=prod"));
});

/** How far the server's clock is behind. */
let slow = 0;
const now = () => Date.now() - slow;

/** Late runs in a pool whose only worker fell silent; a limit that is full; what starts soon. */
async function strain(world: World) {
  await world.call(workPools.create, { name: "etl", type: "process" });
  slow = 120_000;
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
  slow = 0;
  await noteAbsence(world.store, now);
  const at = (seconds: number) => ({ scheduled_time: timestamp(world.now() + seconds * 1000) });
  for (const seconds of [-600, -300]) {
    const late = { type: "SCHEDULED", name: "Late", state_details: at(seconds) } as const;
    await world.flowRun({ name: `late${seconds}`, work_pool_name: "etl", states: [late] });
  }
  const soon = { type: "SCHEDULED", state_details: at(600) } as const;
  await world.flowRun({ name: "soon-otter", states: [soon] });
  await world.call(concurrencyLimits.create, { name: "database", limit: 1 });
  for (const name of ["busy-otter", "queued-otter"]) {
    const { id } = await world.flowRun({ name, states: ["PENDING", "RUNNING"] });
    const holder = { type: "flow_run" as const, id };
    await world
      .call(concurrencyLimits.incrementWithLease, { names: ["database"], slots: 1, holder })
      .catch(() => undefined);
  }
}

test("runs that wait are told by reason, each with what removes it", async () => {
  const { world } = await open("/", { seed: strain, now });
  const waiting = await panel("Waiting");
  const [limit, late, worker, ...rest] = await waiting.findAllByRole("listitem");
  expect(rest).toEqual([]);
  expect(limit?.textContent).toMatch(
    /1 run waits for a slot of database.*1 of 1 in use, longest by.*busy-otter/,
  );
  expect(late?.textContent).toMatch(/2 runs are late: work pool etl has no worker, mac-1 was last heard of/);
  expect(late?.textContent).toMatch(/longest for (9|10)m:late-600/);
  expect(late?.textContent).toContain("praetor worker start --pool etl");
  expect(worker?.textContent).toMatch(/Worker mac-1 of work pool etl is silent for/);
  expect(screen.getByRole("link", { name: /^3 ?Waiting/ }).textContent).toContain("1 for one limit");
  fireEvent.click(within(limit ?? document.body).getByRole("button", { name: "Raise the limit" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Raise the limit of database" }));
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(async () =>
    expect((await world.call(concurrencyLimits.read, { id_or_name: "database" })).limit).toBe(2),
  );
});

test("what starts within the hour and what runs are listed", async () => {
  await open("/", { seed: strain, now });
  expect((await (await panel("Next hour")).findByRole("listitem")).textContent).toMatch(
    /soon-otter.*in \d+m/,
  );
  const running = await (await panel("Running")).findAllByRole("listitem");
  expect(running.map((item) => item.textContent)).toEqual([
    expect.stringContaining("busy-otter"),
    expect.stringContaining("queued-otter"),
  ]);
});

const keys = { schema: "p-schema", response: "p-response", description: "p-description" };
const asking = (schema: object, description: string) => async (world: World) => {
  const pause = { type: "PAUSED", state_details: { run_input_keyset: keys } } as const;
  const { id } = await world.flowRun({ name: "asking-otter", states: ["PENDING", "RUNNING", pause] });
  await world.call(flowRuns.createInput, { id, key: keys.schema, value: JSON.stringify(schema) });
  await world.call(flowRuns.createInput, { id, key: keys.description, value: JSON.stringify(description) });
};
async function asked(world: World) {
  const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["asking-otter"] } } });
  const given =
    run && (await world.call(flowRuns.filterInput, { id: run.id, prefix: keys.response, limit: 1 }));
  return { type: run?.state_type, answer: JSON.parse(given?.[0]?.value ?? "null") };
}

test.each([
  ["our server", false],
  ["a Prefect server", true],
])("a run of %s that is paused is resumed where it stands", async (_, isForeign) => {
  const { world } = await open("/", { seed: trouble, isForeign });
  const inbox = await panel("Needs an answer");
  fireEvent.click(await inbox.findByRole("button", { name: "Resume" }));
  await waitFor(async () => {
    const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["held-otter"] } } });
    expect(run?.state_type).toBe("RUNNING");
  });
  if (!isForeign) expect(await inbox.findByText("No run waits for an answer.")).toBeDefined();
});

test("a yes or no is answered with one press", async () => {
  const schema = { type: "object", properties: { approve: { type: "boolean" } }, required: ["approve"] };
  const { world } = await open("/", { seed: asking(schema, "**Release** it?") });
  const inbox = await panel("Needs an answer");
  expect((await inbox.findByRole("listitem", { name: "Release it?" })).textContent).toContain("etl");
  fireEvent.click(inbox.getByRole("button", { name: "Reject" }));
  await waitFor(async () =>
    expect(await asked(world)).toEqual({ type: "RUNNING", answer: { approve: false } }),
  );
  expect(await inbox.findByText("No run waits for an answer.")).toBeDefined();
});

test.each([
  ["our server", false],
  ["a Prefect server", true],
])("a form of a run of %s is filled in on the page", async (_, isForeign) => {
  const properties = { copies: { type: "integer", title: "Copies", maximum: 9 }, name: { type: "string" } };
  const schema = { type: "object", properties, required: ["copies"] };
  const { world } = await open("/", { seed: asking(schema, "How many copies?"), isForeign });
  const inbox = await panel("Needs an answer");
  fireEvent.click(await inbox.findByRole("button", { name: "Answer…" }));
  const form = within(await inbox.findByRole("form", { name: "Answer to asking-otter" }));
  const copies = await form.findByLabelText(/copies/i);
  fireEvent.change(copies, { target: { value: "12" } });
  fireEvent.click(form.getByRole("button", { name: "Send and resume" }));
  expect((await form.findAllByText(/a whole number up to 9|at most 9/)).length).toBeGreaterThan(0);
  fireEvent.change(copies, { target: { value: "3" } });
  fireEvent.click(form.getByRole("button", { name: "Send and resume" }));
  await waitFor(async () => expect(await asked(world)).toEqual({ type: "RUNNING", answer: { copies: 3 } }));
});

test("on a Prefect server waiting runs are told by their state, with what cannot be known", async () => {
  await open("/", { seed: strain, isForeign: true, now });
  const waiting = await panel("Waiting");
  const [late, ...rest] = await waiting.findAllByRole("listitem");
  expect(rest).toEqual([]);
  expect(late?.textContent).toMatch(/2 runs: late in work pool etl.*late-600/);
  expect(waiting.getByText(/A Prefect server does not tell full limits, silent workers/)).toBeDefined();
  expect(screen.getByRole("link", { name: /^2 ?Waiting/ })).toBeDefined();
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

test("the chart says what its colours and its heights mean", async () => {
  await open("/", { seed: trouble });
  const activity = await panel("Activity");
  expect(await activity.findByText("Failed or crashed 3")).toBeDefined();
  expect(activity.getByText("Completed 1")).toBeDefined();
  expect(activity.getByText("max 6 in 30m (square-root scale)")).toBeDefined();
});

test.each([
  ["our server", false, "node hello.ts"],
  ["a Prefect server", true, "python hello.py"],
])("where nothing has run yet on %s the page teaches the first flow", async (_, isForeign, command) => {
  await open("/", { isForeign });
  expect(await screen.findByText("No runs yet")).toBeDefined();
  expect(screen.getByText(command)).toBeDefined();
});

test.each([
  ["our server", false, 2],
  ["a Prefect server", true, 6],
])("the page asks %s for few things", async (_, isForeign, most) => {
  const { requests } = await open("/", { seed: strain, isForeign, now });
  await (await panel("Running")).findByText("busy-otter");
  await settled(requests.slice(0, 0));
  expect(new Set(requests).size).toBeLessThanOrEqual(most);
});
