import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import type { Input } from "../../schema/route.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";
import { settings } from "../settings.ts";

const open = dashboard();
settings.set({ zone: "Europe/Berlin" });

async function deploy(
  world: World,
  flow: string,
  given: Partial<Input<typeof deployments.create>> & { name: string },
) {
  const { id } = await world.flow(flow);
  return world.call(deployments.create, { flow_id: id, ...given });
}

const nine = { schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" } };

async function three(world: World) {
  const nightly = await deploy(world, "etl", { name: "nightly-one", schedules: [nine], tags: ["prod"] });
  await deploy(world, "etl", { name: "manual-one", paused: true, concurrency_limit: 2 });
  await deploy(world, "report", { name: "quarter-one", schedules: [{ schedule: { interval: 900 } }] });
  await world.call(deployments.scheduledRuns, { deployment_ids: [nightly.id] });
  await world.flowRun({
    flow: "etl",
    name: "red-otter",
    deployment_id: nightly.id,
    states: ["PENDING", "RUNNING", "FAILED"],
  });
}

/** Waits until the scheduler has created runs of both that have a schedule. */
function scheduled(world: World): Promise<void> {
  const upcoming = { flow_runs: { state: { type: { any_: ["SCHEDULED" as const] } } } };
  return waitFor(
    async () => {
      const runs = await world.call(flowRuns.filter, upcoming);
      expect(new Set(runs.map((run) => run.deployment_id)).size).toBe(2);
    },
    { timeout: 30_000 },
  );
}

const list = () => screen.findByRole("grid", { name: "Deployments" });
const rows = async () =>
  within(await list())
    .getAllByRole("row")
    .slice(1);
const names = async () =>
  (await rows()).map((row) => /(another|manual|nightly|quarter)-one/.exec(row.textContent ?? "")?.[0]);
const row = async (name: string) => {
  const found = (await rows()).find((one) => one.textContent?.includes(name));
  if (!found) throw new Error(`expected a row of ${name}`);
  return found;
};
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const byName = (world: World, name: string) =>
  world.call(deployments.filter, { deployments: { name: { any_: [name] } } }).then(([one]) => one);

test("deployments are listed by name with status, flow, schedule in words, next fire and last runs", async () => {
  await open("/deployments", { seed: three });
  expect(await names()).toEqual(["manual-one", "nightly-one", "quarter-one"]);
  await waitFor(async () => expect((await row("nightly-one")).textContent).toContain("etl"));
  const nightly = await row("nightly-one");
  expect(nightly.textContent).toMatch(/Ready.*nightly-one.*Every day at 09:00.*Europe\/Berlin.*09:00/);
  expect(await within(nightly).findByRole("img", { name: "Last 1 run: 1 failed" })).toBeDefined();
  expect((await row("manual-one")).textContent).toMatch(/Paused.*0 of 2/);
  expect((await row("quarter-one")).textContent).toMatch(/Not served.*Every 15 minutes/);
  expect(screen.getByText("Times in")).toBeDefined();
});

test("the query in the address decides what is shown, and the page tells how much it hides", async () => {
  await open("/deployments?q=flow:etl+paused:no", { seed: three });
  expect(await names()).toEqual(["nightly-one"]);
  expect(await screen.findByText("1 match, 2 hidden by filter")).toBeDefined();
});

test("a condition that is typed becomes part of the address", async () => {
  const { address } = await open("/deployments", { seed: three });
  await row("manual-one");
  const field = screen.getByRole("combobox", { name: "Filter deployments" });
  fireEvent.change(field, { target: { value: "tag:prod" } });
  fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(async () => expect(await names()).toEqual(["nightly-one"]));
  expect(address()).toBe("/deployments?q=tag:prod");
});

test.each([
  ["colour:red", "there is no field “colour”"],
  ["paused:perhaps", "expected yes or no"],
])("%s is not understood, and told", async (q, reason) => {
  await open(`/deployments?q=${q}`, { seed: three });
  expect((await screen.findByRole("alert")).textContent).toContain(reason);
  expect(await screen.findByText("Filter not understood")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: `Without ${q}` }));
  await waitFor(async () => expect(await names()).toHaveLength(3));
});

test("in the order of the next run those that never fire come last", async () => {
  const { address, world } = await open("/deployments", { seed: three });
  await row("nightly-one");
  await scheduled(world);
  fireEvent.change(screen.getByRole("combobox", { name: "Order" }), { target: { value: "next" } });
  await waitFor(async () => expect((await names())[2]).toBe("manual-one"));
  expect(address()).toBe("/deployments?sort=next");
});

test("when nothing matches, one click shows all deployments again", async () => {
  await open("/deployments?q=flow:none", { seed: three });
  expect(await screen.findByText("The filter hides all 3 deployments.")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Show all deployments" }));
  await waitFor(async () => expect(await rows()).toHaveLength(3));
});

test("with no deployment at all the page teaches the code that makes one", async () => {
  await open("/deployments");
  expect(await screen.findByText("No deployments yet")).toBeDefined();
  expect(screen.getByText(/report\.serve\(\{ name: "nightly", cron/)).toBeDefined();
});

test("when the list cannot be read the page says what failed, and trying again works", async () => {
  let broken = true;
  const through = (send: Send) => (request: Request) =>
    broken && request.url.endsWith("/deployments/filter")
      ? Promise.resolve(new Response('{"detail":"the disk is full"}', { status: 500 }))
      : send(request);
  await open("/deployments", { seed: three, through });
  expect((await screen.findByRole("alert")).textContent).toContain("the disk is full");
  broken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(async () => expect(await rows()).toHaveLength(3));
});

test("without the last runs the list is whole", async () => {
  const through = (send: Send) => (request: Request) =>
    request.url.endsWith("/praetor/recent_runs")
      ? Promise.resolve(new Response('{"detail":"no"}', { status: 500 }))
      : send(request);
  await open("/deployments", { seed: three, through });
  expect(await names()).toHaveLength(3);
});

test("a deployment that is paused on the server changes where it stands", async () => {
  const { world } = await open("/deployments", { seed: three });
  expect((await row("nightly-one")).textContent).toContain("Ready");
  await screen.findByText("Live");
  const { id = "" } = (await byName(world, "nightly-one")) ?? {};
  await world.call(deployments.update, { id, paused: true });
  await waitFor(async () => expect((await row("nightly-one")).textContent).toContain("Paused"));
});

test("a slot that is taken shows at once, without another request for the list", async () => {
  const { world, requests } = await open("/deployments", { seed: three });
  expect((await row("manual-one")).textContent).toContain("0 of 2");
  await screen.findByText("Live");
  const { id = "" } = (await byName(world, "manual-one")) ?? {};
  const before = requests.filter((request) => request === "POST /deployments/filter").length;
  const { id: run } = await world.call(deployments.createFlowRun, { id });
  await world.call(flowRuns.setState, { id: run, state: { type: "PENDING" } });
  await waitFor(async () => expect((await row("manual-one")).textContent).toContain("1 of 2"));
  expect(requests.filter((request) => request === "POST /deployments/filter")).toHaveLength(before);
});

test("under the pointer nothing moves: a new deployment waits until it is let in", async () => {
  const { world } = await open("/deployments", { seed: three });
  await row("nightly-one");
  await screen.findByText("Live");
  fireEvent.pointerEnter(screen.getByRole("region", { name: "Deployments" }), { pointerType: "mouse" });
  await deploy(world, "etl", { name: "another-one" });
  const pill = await screen.findByRole("button", { name: "1 new" });
  expect(await names()).toEqual(["manual-one", "nightly-one", "quarter-one"]);
  fireEvent.click(pill);
  await waitFor(async () => expect((await names())[0]).toBe("another-one"));
});

test("pausing many names who takes part and who does not, and does exactly that", async () => {
  const { world } = await open("/deployments", { seed: three });
  await row("nightly-one");
  fireEvent.click(screen.getByRole("checkbox", { name: "Select all loaded deployments" }));
  fireEvent.click(screen.getByRole("button", { name: "Pause" }));
  const dialog = await screen.findByRole("dialog", { name: "Pause 2 deployments" });
  expect(dialog.textContent).toContain("1 excluded: already paused");
  expect(dialog.textContent).toContain("nightly-one, quarter-one");
  await waitFor(() => expect(dialog.textContent).toMatch(/\d+ scheduled runs?/));
  expect(dialog.textContent).toContain("praetor deployment pause etl/nightly-one report/quarter-one");
  fireEvent.click(within(dialog).getByRole("button", { name: "Pause 2 deployments" }));
  await screen.findByText("2 of 2 done");
  expect(await world.call(deployments.count, { deployments: { paused: { eq_: true } } })).toBe(3);
});

test("deleted deployments leave the list", async () => {
  await open("/deployments", { seed: three });
  await screen.findByText("Live");
  fireEvent.click(within(await row("quarter-one")).getByRole("checkbox"));
  fireEvent.click(screen.getByRole("button", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete quarter-one" });
  fireEvent.click(within(dialog).getByRole("button", { name: "Delete 1 deployment" }));
  await screen.findByText("1 of 1 done");
  fireEvent.click(within(dialog).getAllByRole("button", { name: "Close" })[0] ?? dialog);
  await waitFor(async () => expect(await names()).toEqual(["manual-one", "nightly-one"]));
});

test("the keyboard goes to the page, moves, chooses and opens", async () => {
  const { address } = await open("/", { seed: three });
  await screen.findByText("Live");
  press("g");
  press("d");
  await waitFor(() => expect(address()).toBe("/deployments"));
  await row("manual-one");
  press("j");
  await waitFor(async () => expect(document.activeElement).toBe(await row("manual-one")));
  press("x");
  expect((await row("manual-one")).getAttribute("aria-selected")).toBe("true");
  press("Escape");
  press("Enter");
  await waitFor(() => expect(address()).toMatch(/^\/deployments\/[0-9a-f-]{36}$/));
});

test("the page asks for six things at most", async () => {
  const { requests } = await open("/deployments", { seed: three });
  await row("nightly-one");
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(6);
});

test("the palette finds a deployment by a part of its name", async () => {
  const { address } = await open("/", { seed: three });
  await screen.findByText("Live");
  fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
  const field = await screen.findByRole("combobox", { name: "Search and commands" });
  fireEvent.change(field, { target: { value: "quarter" } });
  fireEvent.click(await screen.findByRole("option", { name: /^quarter-one/ }));
  await waitFor(() => expect(address()).toMatch(/^\/deployments\/[0-9a-f-]{36}$/));
});

test("a run is created from a row, and one that needs parameters asks for them first", async () => {
  const { world } = await open("/deployments", {
    seed: async (world) => {
      await three(world);
      const schema = { type: "object", properties: { day: { type: "string" } }, required: ["day"] };
      await deploy(world, "etl", { name: "another-one", parameter_openapi_schema: schema });
    },
  });
  const runsOf = async (name: string) => {
    const id = (await byName(world, name))?.id ?? "";
    const some = await world.call(flowRuns.filter, { flow_runs: { deployment_id: { any_: [id] } } });
    return some.map(({ parameters }) => parameters);
  };
  fireEvent.click(within(await row("manual-one")).getByRole("button", { name: "Run manual-one" }));
  await waitFor(async () => expect(await runsOf("manual-one")).toEqual([{}]));
  fireEvent.click(within(await row("another-one")).getByRole("button", { name: "Run another-one" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Run another-one" }));
  fireEvent.change(await dialog.findByRole("textbox", { name: /^day/ }), { target: { value: "monday" } });
  fireEvent.click(dialog.getByRole("button", { name: "Run" }));
  await waitFor(async () => expect(await runsOf("another-one")).toEqual([{ day: "monday" }]));
});

test("the palette opens the form that runs a deployment", async () => {
  const { address } = await open("/", { seed: three });
  await screen.findByText("Live");
  fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
  const field = await screen.findByRole("combobox", { name: "Search and commands" });
  fireEvent.change(field, { target: { value: "quarter" } });
  fireEvent.click(await screen.findByRole("option", { name: /^Run quarter-one/ }));
  const dialog = await screen.findByRole("dialog", { name: "Run quarter-one" });
  fireEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(address()).toMatch(/^\/deployments\/[0-9a-f-]{36}$/));
});

test("the selected deployments are run and tagged; one that needs parameters is left out", async () => {
  const { world } = await open("/deployments", {
    seed: async (world) => {
      await three(world);
      const schema = { type: "object", properties: { day: { type: "string" } }, required: ["day"] };
      await deploy(world, "etl", { name: "another-one", parameter_openapi_schema: schema });
    },
  });
  const act = async (name: string) => {
    for (const one of ["another-one", "manual-one"])
      fireEvent.click(within(await row(one)).getByRole("checkbox", { name: `Select ${one}` }));
    const toolbar = await screen.findByRole("toolbar", { name: "Actions on the selected deployments" });
    fireEvent.click(within(toolbar).getByRole("button", { name }));
  };
  await act("Run");
  const run = within(await screen.findByRole("dialog", { name: "Run manual-one" }));
  run.getByText(/1 excluded: needs a value for day/);
  run.getByText("praetor deployment run etl/manual-one");
  fireEvent.click(run.getByRole("button", { name: "Run 1 deployment" }));
  const id = (await byName(world, "manual-one"))?.id ?? "";
  const runs = () => world.call(flowRuns.filter, { flow_runs: { deployment_id: { any_: [id] } } });
  await waitFor(async () => expect(await runs()).toHaveLength(1));
  fireEvent.click((await run.findAllByRole("button", { name: "Close" })).at(-1) ?? document.body);

  await act("Add tags");
  const tag = within(await screen.findByRole("dialog", { name: "Add tags to 2 deployments" }));
  const field = tag.getByRole("textbox", { name: "Tags to add" });
  fireEvent.change(field, { target: { value: "team-a" } });
  fireEvent.keyDown(field, { key: "Enter" });
  fireEvent.click(tag.getByRole("button", { name: "Add tags to 2 deployments" }));
  await waitFor(async () => expect((await byName(world, "manual-one"))?.tags).toEqual(["team-a"]));
});
