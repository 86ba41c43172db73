import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { savedSearches } from "../../schema/saved-searches.ts";
import { timestamp } from "../../schema/scalars.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const failure = { type: "FAILED", message: "Flow run encountered an exception: TypeError: no city" } as const;

async function three(world: World) {
  await world.flowRun({ flow: "etl", name: "green-one", states: ["PENDING", "RUNNING", "COMPLETED"] });
  await world.flowRun({ flow: "etl", name: "red-one", states: ["PENDING", "RUNNING", failure] });
  await world.flowRun({ flow: "report", name: "blue-one", tags: ["prod"], states: ["PENDING", "RUNNING"] });
}

const list = () => screen.findByRole("grid", { name: "Flow runs" });
const rows = async () =>
  within(await list())
    .getAllByRole("row")
    .slice(1);
const names = async () =>
  (await rows()).map(
    (row) => /(blue|red|green|late)-one/.exec(row.textContent ?? "")?.[0] ?? row.textContent,
  );
const row = async (name: string) => {
  const found = (await rows()).find((one) => one.textContent?.includes(name));
  if (!found) throw new Error(`expected a row of ${name}`);
  return found;
};
const press = (key: string, more = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });

test("runs are listed newest first, with state, flow and the headline of the failure", async () => {
  await open("/runs", { seed: three });
  const [blue, red, green] = await rows();
  expect(blue?.textContent).toMatch(/Running.*blue-one/);
  expect(red?.textContent).toMatch(/Failed.*red-one.*TypeError: no city/);
  expect(red?.textContent).not.toContain("encountered an exception");
  await waitFor(() => expect(green?.textContent).toMatch(/Completed.*green-one.*etl/));
});

test("a run that changes on the server changes where it stands", async () => {
  const { world } = await open("/runs", { seed: three });
  await row("blue-one");
  await screen.findByText("Live");
  const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["blue-one"] } } });
  await world.call(flowRuns.setState, { id: run?.id ?? "", state: { type: "CRASHED" }, force: true });
  await waitFor(async () => expect((await row("blue-one")).textContent).toContain("Crashed"));
});

test("a new run comes in at the top by itself", async () => {
  const { world } = await open("/runs", { seed: three });
  await row("blue-one");
  await screen.findByText("Live");
  await world.flowRun({ name: "late-one" });
  await waitFor(async () => expect(await names()).toEqual(["late-one", "blue-one", "red-one", "green-one"]));
});

test("under the pointer nothing moves: a new run waits until it is let in", async () => {
  const { world } = await open("/runs", { seed: three });
  await row("blue-one");
  await screen.findByText("Live");
  fireEvent.pointerEnter(screen.getByRole("region", { name: "Runs" }), { pointerType: "mouse" });
  await world.flowRun({ name: "late-one" });
  const pill = await screen.findByRole("button", { name: "1 new" });
  expect(await names()).toEqual(["blue-one", "red-one", "green-one"]);
  fireEvent.click(pill);
  await waitFor(async () => expect((await names())[0]).toBe("late-one"));
});

test("the query in the address decides what is shown, and the page tells how much it hides", async () => {
  await open("/runs?q=state:failed+flow:etl", { seed: three });
  expect(await names()).toEqual(["red-one"]);
  expect(await screen.findByText("1 match, 2 hidden by filter")).toBeDefined();
});

test("a query with a mistake lists and selects nothing, and says what was probably meant", async () => {
  const { address } = await open("/runs?q=stat:failed+flow:etl", { seed: three });
  expect((await screen.findByRole("alert")).textContent).toContain("no field “stat”; did you mean state?");
  expect(await screen.findByText("Filter not understood")).toBeDefined();
  expect(screen.queryByRole("grid", { name: "Flow runs" })).toBeNull();
  expect(screen.queryByRole("checkbox")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Use state:failed" }));
  await waitFor(async () => expect(await names()).toEqual(["red-one"]));
  expect(new URLSearchParams(address().split("?")[1]).get("q")).toBe("state:failed flow:etl");
});

test("a state that a run of this server has is known, and one that none has is a mistake", async () => {
  const seed = async (world: World) => {
    await three(world);
    const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["red-one"] } } });
    const state = { type: "COMPLETED", name: "Needs review" } as const;
    await world.call(flowRuns.setState, { id: run?.id ?? "", state, force: true });
  };
  await open('/runs?q=state:"needs+review"', { seed });
  expect(await names()).toEqual(["red-one"]);
  await open("/runs?q=state:quarantined", { seed });
  expect(await screen.findByText("Filter not understood")).toBeDefined();
});

test("a tag and a flow can be left out", async () => {
  await open("/runs?q=-tag:prod+-flow:report", { seed: three });
  await waitFor(async () => expect(await names()).toEqual(["red-one", "green-one"]));
});

test("a condition that is typed becomes part of the address", async () => {
  const { address } = await open("/runs?q=flow:etl", { seed: three });
  const field = await screen.findByRole("combobox", { name: "Filter runs" });
  fireEvent.change(field, { target: { value: "state:completed" } });
  fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(async () => expect(await names()).toEqual(["green-one"]));
  expect(address()).toBe("/runs?q=flow:etl state:completed");
});

test("suggestions complete names of flows, chosen by arrow and Enter", async () => {
  const { address } = await open("/runs", { seed: three });
  const field = await screen.findByRole("combobox", { name: "Filter runs" });
  await row("blue-one");
  fireEvent.change(field, { target: { value: "flow:rep" } });
  await screen.findByRole("option", { name: /flow:"report"/ });
  fireEvent.keyDown(field, { key: "ArrowDown" });
  fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(async () => expect(await names()).toEqual(["blue-one"]));
  expect(address()).toBe('/runs?q=flow:"report"');
});

test("conditions that the wire has no filter for are sifted from what is read", async () => {
  await open("/runs?q=err:city", { seed: three });
  await waitFor(async () => expect(await names()).toEqual(["red-one"]));
});

test("a tag in a row narrows the query to it", async () => {
  const { address } = await open("/runs", { seed: three });
  fireEvent.click(within(await row("blue-one")).getByRole("button", { name: "prod" }));
  await waitFor(async () => expect(await names()).toEqual(["blue-one"]));
  expect(address()).toBe("/runs?q=tag:prod");
});

test("when nothing matches, one click shows all runs again", async () => {
  await open("/runs?q=state:paused", { seed: three });
  expect(await screen.findByText("The filter hides all 3 runs.")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Show all runs" }));
  await waitFor(async () => expect(await rows()).toHaveLength(3));
});

test("with no runs at all the page teaches the code that makes one", async () => {
  await open("/runs");
  expect(await screen.findByText("No flow runs yet")).toBeDefined();
  expect(screen.getByText(/import \{ flow, task \} from "praetor-flow"/)).toBeDefined();
});

test("when the list cannot be read the page says what failed, and trying again works", async () => {
  let broken = true;
  const through = (send: Send) => (request: Request) =>
    broken && request.url.endsWith("/flow_runs/filter")
      ? Promise.resolve(new Response('{"detail":"the disk is full"}', { status: 500 }))
      : send(request);
  await open("/runs", { seed: three, through });
  expect((await screen.findByRole("alert")).textContent).toContain("the disk is full");
  broken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(async () => expect(await rows()).toHaveLength(3));
});

test("the keyboard moves, chooses and opens", async () => {
  const { address } = await open("/runs", { seed: three });
  await row("blue-one");
  press("j");
  await waitFor(async () => expect(document.activeElement).toBe(await row("blue-one")));
  press("j");
  await waitFor(async () => expect(document.activeElement).toBe(await row("red-one")));
  press("x");
  expect((await row("red-one")).getAttribute("aria-selected")).toBe("true");
  expect(screen.getByText("1 selected")).toBeDefined();
  press("Escape");
  expect((await row("red-one")).getAttribute("aria-selected")).toBe("false");
  press("g");
  press("n");
  await waitFor(() => expect(address()).toBe("/"));
});

test("Enter opens the run of the cursor", async () => {
  const { address } = await open("/runs", { seed: three });
  await row("blue-one");
  press("j");
  await waitFor(async () => expect(document.activeElement).toBe(await row("blue-one")));
  press("Enter");
  await waitFor(() => expect(address()).toMatch(/^\/runs\/[0-9a-f-]{36}$/));
});

test("cancelling many names who takes part and who does not, and does exactly that", async () => {
  const { world } = await open("/runs", { seed: three });
  await row("blue-one");
  fireEvent.click(screen.getByRole("checkbox", { name: "Select all loaded runs" }));
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  const dialog = await screen.findByRole("dialog", { name: "Cancel blue-one" });
  expect(dialog.textContent).toContain("2 excluded: already ended");
  expect(dialog.textContent).toMatch(/praetor flow-run cancel [0-9a-f-]{36}/);
  fireEvent.click(within(dialog).getByRole("button", { name: "Cancel 1 flow run" }));
  await screen.findByText("1 of 1 done");
  const counts = await Promise.all(
    (["CANCELLING", "FAILED", "COMPLETED"] as const).map((type) =>
      world.call(flowRuns.count, { flow_runs: { state: { type: { any_: [type] } } } }),
    ),
  );
  expect(counts).toEqual([1, 1, 1]);
});

const many = async (world: World) => {
  for (let n = 0; n < 120; n += 1)
    await world.flowRun({ name: `blue-one-${n}`, states: ["PENDING", "RUNNING"] });
  await world.flowRun({ flow: "report", name: "red-one", states: ["PENDING", "RUNNING"] });
};

test("all runs that match are cancelled, loaded or not, after their number was typed", async () => {
  const { world } = await open("/runs?q=flow:etl", { seed: many });
  fireEvent.click(await screen.findByRole("checkbox", { name: "Select all loaded runs" }));
  fireEvent.click(await screen.findByRole("button", { name: "Select all that match" }));
  await screen.findByText("All 120 that match");
  const late = await world.flowRun({ name: "late-one", states: ["PENDING", "RUNNING"] });
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  const dialog = await screen.findByRole("dialog", { name: "Cancel 120 flow runs" });
  expect(dialog.textContent).toMatch(/and 115 more.*Running 120.*etl 120/);
  const confirm = within(dialog).getByRole("button", { name: "Cancel 120 flow runs" });
  expect(confirm).toHaveProperty("disabled", true);
  fireEvent.change(within(dialog).getByRole("textbox"), { target: { value: "120" } });
  fireEvent.click(confirm);
  await screen.findByText("120 of 120 done");
  const left = await world.call(flowRuns.filter, { flow_runs: { state: { type: { any_: ["RUNNING"] } } } });
  expect(left.map((run) => run.name).toSorted()).toEqual([late.name, "red-one"]);
});

test("before all that match are cancelled, those that cannot be are counted and named with the reason", async () => {
  const seed = async (world: World) => {
    await many(world);
    for (const name of ["old-one", "old-two"]) await world.flowRun({ name, states: ["COMPLETED"] });
  };
  const { world } = await open("/runs?q=flow:etl", { seed });
  fireEvent.click(await screen.findByRole("checkbox", { name: "Select all loaded runs" }));
  fireEvent.click(await screen.findByRole("button", { name: "Select all that match" }));
  await screen.findByText("All 122 that match");
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  const dialog = await screen.findByRole("dialog", { name: "Cancel 120 flow runs" });
  const out = within(dialog).getByRole("list", { name: "Excluded" });
  expect(out.textContent).toMatch(/^2 excluded: already ended(old-one, old-two|old-two, old-one)$/);
  expect(dialog.textContent).toMatch(/Running 120/);
  expect(dialog.textContent).not.toContain("Completed");
  fireEvent.change(within(dialog).getByRole("textbox"), { target: { value: "120" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Cancel 120 flow runs" }));
  // None of those that were left out is told of again.
  await screen.findByText("120 of 120 done");
  const state = { type: { any_: ["CANCELLING" as const] } };
  expect(await world.call(flowRuns.count, { flow_runs: { state } })).toBe(120);
});

test("a Prefect server is asked for no more than the loaded runs", async () => {
  await open("/runs?q=flow:etl", { seed: many, isForeign: true });
  fireEvent.click(await screen.findByRole("checkbox", { name: "Select all loaded runs" }));
  await screen.findByText("100 selected");
  expect(screen.queryByRole("button", { name: "Select all that match" })).toBeNull();
});

test("deleted runs leave the list", async () => {
  await open("/runs", { seed: three });
  await screen.findByText("Live");
  fireEvent.click(within(await row("red-one")).getByRole("checkbox"));
  fireEvent.click(screen.getByRole("button", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete red-one" });
  fireEvent.click(within(dialog).getByRole("button", { name: "Delete 1 flow run" }));
  await screen.findByText("1 of 1 done");
  fireEvent.click(within(dialog).getAllByRole("button", { name: "Close" })[0] ?? dialog);
  await waitFor(async () => expect(await names()).toEqual(["blue-one", "green-one"]));
});

test("task runs have a tab of their own and lead to their flow run", async () => {
  const { address } = await open("/runs", {
    seed: async (world) => {
      const flowRun = await world.flowRun({ name: "parent-one", states: ["PENDING", "RUNNING"] });
      await world.taskRun({ flowRun, name: "load-1", states: ["PENDING", "RUNNING", "COMPLETED"] });
    },
  });
  fireEvent.click(await screen.findByRole("tab", { name: "Task runs" }));
  const tasks = await screen.findByRole("grid", { name: "Task runs" });
  const [, task] = within(tasks).getAllByRole("row");
  await waitFor(() => expect(task?.textContent).toMatch(/Completed.*load-1.*parent-one/));
  expect(address()).toBe("/runs?tab=task-runs");
});

test("the page asks for five things at most", async () => {
  const { requests } = await open("/runs?q=state:failed", { seed: three });
  await row("red-one");
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(5);
});

test("conditions that are typed faster than the address follows are all kept", async () => {
  const { address } = await open("/runs", { seed: three });
  await list();
  const field = screen.getByRole("combobox", { name: "Filter runs" });
  // As a browser tells of keys: one after the other, without waiting until the page has followed.
  Reflect.set(globalThis, "IS_REACT_ACT_ENVIRONMENT", false);
  for (const term of ["state:failed", "flow:etl"]) {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, term);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  }
  Reflect.set(globalThis, "IS_REACT_ACT_ENVIRONMENT", true);
  await waitFor(() => expect(address()).toContain("q=state:failed flow:etl"));
});

test("what schedules have made ahead of its time stands in nobody's way, and is shown to whoever asks", async () => {
  const { address } = await open("/runs", {
    seed: async (world) => {
      await three(world);
      const scheduled_time = timestamp(world.now() + 3_600_000);
      const ahead = { type: "SCHEDULED", state_details: { scheduled_time } } as const;
      await world.flowRun({ flow: "etl", name: "late-one", states: [ahead] });
    },
  });
  expect(await names()).toEqual(["blue-one", "red-one", "green-one"]);
  expect(await screen.findByText("3 runs")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Show upcoming runs" }));
  await waitFor(async () => expect(await names()).toEqual(["late-one"]));
  expect(address()).toBe("/runs?q=state:scheduled");
  expect(screen.queryByRole("button", { name: "Show upcoming runs" })).toBeNull();
});

test("a click on a head, or beside the box that selects all, opens no run; heads order the list", async () => {
  const { address } = await open("/runs", { seed: three });
  await row("blue-one");
  // Components of others number themselves by the same attribute as rows do.
  (await list()).parentElement?.setAttribute("data-index", "0");
  for (const head of within(await list()).getAllByRole("columnheader")) fireEvent.click(head);
  expect(address()).toBe("/runs");
  const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
  press("Started");
  await waitFor(async () => expect(await names()).toEqual(["green-one", "red-one", "blue-one"]));
  press("Run");
  await waitFor(async () => expect(await names()).toEqual(["blue-one", "green-one", "red-one"]));
  expect((await screen.findByRole("columnheader", { name: "Run" })).getAttribute("aria-sort")).toBe(
    "ascending",
  );
  expect(address()).toBe("/runs?sort=name");
});

const filterBy = (label: string) => screen.findByRole("button", { name: new RegExp(`^Filter by ${label}`) });
const queryOf = (address: string) => new URLSearchParams(address.split("?")[1]).get("q") ?? "";

test("a menu writes into the query, by keyboard alone, and shows what the query says", async () => {
  const { address } = await open("/runs?q=tag:prod", { seed: three });
  await row("blue-one");
  fireEvent.click(await filterBy("state"));
  const search = await screen.findByRole("combobox", { name: "Search state" });
  fireEvent.change(search, { target: { value: "runn" } });
  expect(await screen.findByRole("option", { name: "running" })).toBeDefined();
  fireEvent.keyDown(search, { key: "Enter" });
  await waitFor(() => expect(queryOf(address())).toBe("tag:prod state:running"));
  await waitFor(async () => expect((await filterBy("state")).textContent).toContain("running"));
  expect(screen.getByRole("option", { name: "running" }).getAttribute("aria-selected")).toBe("true");
  fireEvent.keyDown(search, { key: "Enter" });
  await waitFor(() => expect(queryOf(address())).toBe("tag:prod"));
});

test("a flow is chosen among those that the server finds", async () => {
  const { address } = await open("/runs", { seed: three });
  await row("blue-one");
  fireEvent.click(await filterBy("flow"));
  fireEvent.change(await screen.findByRole("combobox", { name: "Search flow" }), {
    target: { value: "rep" },
  });
  await waitFor(() => expect(screen.queryByRole("option", { name: "etl" })).toBeNull());
  fireEvent.click(await screen.findByRole("option", { name: "report" }));
  await waitFor(() => expect(queryOf(address())).toBe('flow:"report"'));
  await waitFor(async () => expect(await names()).toEqual(["blue-one"]));
});

async function nested(world: World) {
  await three(world);
  const [parent] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["blue-one"] } } });
  const task = await world.taskRun({ flowRun: parent });
  await world.flowRun({ flow: "etl", name: "late-one", parent_task_run_id: task.id });
}

test("subflows are hidden until they are asked for, and the page says so", async () => {
  const { address } = await open("/runs", { seed: nested });
  expect(await names()).toEqual(["blue-one", "red-one", "green-one"]);
  expect((await filterBy("subflows")).textContent).toBe("Subflows hidden");
  expect(await screen.findByText("3 runs")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Show subflows" }));
  await waitFor(async () => expect(await names()).toEqual(["late-one", "blue-one", "red-one", "green-one"]));
  expect(queryOf(address())).toBe("subflows:shown");
  fireEvent.click(await filterBy("subflows"));
  fireEvent.click(await screen.findByRole("radio", { name: "only" }));
  await waitFor(async () => expect(await names()).toEqual(["late-one"]));
  expect(queryOf(address())).toBe("subflows:only");
});

test("of a flow that is asked for, subflows are shown", async () => {
  await open('/runs?q=flow:"etl"', { seed: nested });
  expect(await names()).toEqual(["late-one", "red-one", "green-one"]);
  expect((await filterBy("subflows")).textContent).toBe("Subflows shown");
});

test("runs are sorted by duration on the server", async () => {
  let time = Date.now() - 600_000;
  const { address } = await open("/runs", {
    now: () => time,
    seed: async (world) => {
      for (const [name, ms] of [
        ["red-one", 5000],
        ["green-one", 90_000],
        ["blue-one", 1000],
      ] as const) {
        const run = await world.flowRun({ name, states: ["PENDING", "RUNNING"] });
        time += ms;
        await world.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" }, force: true });
      }
    },
  });
  await row("blue-one");
  fireEvent.click(screen.getByRole("button", { name: "Duration" }));
  await waitFor(async () => expect(await names()).toEqual(["green-one", "red-one", "blue-one"]));
  expect(address()).toBe("/runs?sort=longest");
  const head = screen.getByRole("columnheader", { name: "Duration" });
  expect(head.getAttribute("aria-sort")).toBe("descending");
  fireEvent.click(screen.getByRole("button", { name: "Duration" }));
  await waitFor(async () => expect(await names()).toEqual(["blue-one", "red-one", "green-one"]));
});

test("the navigation leads back to the filters that were left, and from the list to all of it", async () => {
  const { address } = await open("/runs?q=state:failed", { seed: three });
  await row("red-one");
  const link = (name: string) => within(screen.getByRole("navigation")).getByRole("link", { name });
  fireEvent.click(link("Flows"));
  await screen.findByRole("heading", { name: "Flows" });
  fireEvent.click(link("Runs"));
  await waitFor(() => expect(address()).toBe("/runs?q=state:failed"));
  await row("red-one");
  fireEvent.click(link("Runs"));
  await waitFor(() => expect(address()).toBe("/runs"));
});

test("conditions that no index serves are looked for on the server, which says how far it got", async () => {
  let time = Date.now() - 600_000;
  const { requests } = await open("/runs?q=dur:>10s+param:region=eu", {
    now: () => time,
    seed: async (world) => {
      const seeds = [
        ["red-one", 5000, "eu"],
        ["green-one", 90_000, "EU"],
        ["blue-one", 20_000, "us"],
      ] as const;
      for (const [name, ms, region] of seeds) {
        const run = await world.flowRun({ name, parameters: { region }, states: ["PENDING", "RUNNING"] });
        time += ms;
        await world.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" }, force: true });
      }
    },
  });
  expect(await names()).toEqual(["green-one"]);
  expect((await screen.findByText(/Searched all/)).parentElement?.textContent).toBe(
    "Searched all 3 runs· 1 match",
  );
  expect(requests.filter((request) => request === "POST /praetor/flow_runs/search")).toHaveLength(1);
});

test("a search without an end can be stopped and continued", async () => {
  let searches = 0;
  // The third answer waits for the click on Stop, however slow the machine is.
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const endless =
    (send: Send): Send =>
    async (request) => {
      if (!request.url.endsWith("/praetor/flow_runs/search")) return send(request);
      searches += 1;
      if (searches === 3) await stopped;
      const next = { key: timestamp(Date.now() - searches * 3_600_000), id: "a" };
      return Response.json({ results: [], next, searched: 10_000 });
    };
  const { requests } = await open("/runs?q=err:unheard", { seed: three, through: endless });
  fireEvent.click(await screen.findByRole("button", { name: "Stop" }));
  stop();
  expect(await screen.findByRole("heading", { name: "No match so far" })).toBeDefined();
  await settled(requests);
  const before = searches;
  expect(screen.getByText(/^Searched back/).parentElement?.textContent).toMatch(
    /^Searched back to .*· 0 matches·Continue$/,
  );
  await settled(requests);
  expect(searches).toBe(before);
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  await waitFor(() => expect(searches).toBeGreaterThan(before));
  // It asks by itself before it has searched for long.
  await screen.findByRole("button", { name: "Continue" });
  expect(searches).toBeLessThan(before + 15);
});

test("on a Prefect server the dashboard filters by them, and says how much it has searched", async () => {
  await open("/runs?q=err:typeerror", { seed: three, isForeign: true });
  await waitFor(async () => expect(await names()).toEqual(["red-one"]));
  expect(await screen.findByText("searched 3 loaded runs")).toBeDefined();
});

test("columns are chosen, moved and remembered, and a parameter may be one of them", async () => {
  const seed = async (world: World) => {
    await world.flowRun({ name: "red-one", parameters: { source: { region: "eu" } } });
  };
  const { address } = await open("/runs", { seed });
  await row("red-one");
  const heads = () => screen.getAllByRole("columnheader").map((head) => head.textContent);
  fireEvent.click(screen.getByRole("button", { name: "Columns" }));
  fireEvent.click(await screen.findByRole("checkbox", { name: "Show Flow" }));
  fireEvent.click(screen.getByRole("button", { name: "Move Duration left" }));
  const field = screen.getByRole("textbox", { name: "Parameter" });
  fireEvent.change(field, { target: { value: "source.region" } });
  fireEvent.click(screen.getByRole("button", { name: "Add parameter" }));
  const chosen = ["State", "Run", "Duration", "Started", "Message, parameters, tags", "source.region"];
  await waitFor(() => expect(heads().slice(1)).toEqual(chosen));
  expect((await row("red-one")).textContent).toMatch(/eu$/);
  expect(address()).toContain("cols=state,name,duration,started,details,param.source.region");
  fireEvent.click(screen.getByRole("button", { name: "Reset columns" }));
  await waitFor(() => expect(heads()).toContain("Flow"));
});

test("a view is saved for all, opened again, changed and deleted; a private one stays in the browser", async () => {
  const { address, world } = await open("/runs?q=state:failed&sort=name", { seed: three });
  await row("red-one");
  const menu = async (item: RegExp | string) => {
    // One that is closing takes no press.
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    fireEvent.click(await screen.findByRole("button", { name: /^Views/ }));
    fireEvent.click(await screen.findByRole("menuitem", { name: item }));
  };
  const save = async (name: string, isShared: boolean) => {
    await menu("Save view as…");
    fireEvent.change(await screen.findByRole("textbox", { name: "Name" }), { target: { value: name } });
    if (isShared) fireEvent.click(screen.getByRole("switch", { name: /^Share/ }));
    fireEvent.click(screen.getByRole("button", { name: "Save view" }));
    await screen.findByRole("button", { name: `Views: ${name}` });
  };
  await save("Broken", true);
  const [kept] = await world.call(savedSearches.filter, {});
  expect(kept).toMatchObject({ name: "Broken" });
  expect(kept?.filters.map(({ property, value }) => [property, value])).toEqual([
    ["list", "runs"],
    ["q", "state:failed"],
    ["sort", "name"],
  ]);
  await save("Mine", false);
  expect(await world.call(savedSearches.filter, {})).toHaveLength(1);
  await menu("Shared Broken");
  await screen.findByRole("button", { name: "Views: Broken" });
  fireEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  await menu("Save changes to Broken");
  await waitFor(async () => {
    const [changed] = await world.call(savedSearches.filter, {});
    expect(changed?.filters.map(({ property }) => property)).toEqual(["list", "sort"]);
  });
  await screen.findByRole("button", { name: "Views: Broken" });
  await menu("Delete view");
  await waitFor(async () => expect(await world.call(savedSearches.filter, {})).toEqual([]));
  await menu("Private Mine");
  await waitFor(() => expect(queryOf(address())).toBe("state:failed"));
});
