import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createClient, type Send } from "../../client/client.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import type { Input } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { dashboard, type Opened, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";
import { settings } from "../settings.ts";

const show = dashboard();
settings.set({ zone: "Europe/Berlin" });

const parameter_openapi_schema = {
  type: "object",
  required: ["region"],
  properties: {
    region: { type: "string", title: "region", enum: ["eu", "us"] },
    batch: { type: "integer", title: "batch", minimum: 1, default: 10 },
  },
};
const nine = { schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" } };

type Given = Partial<Input<typeof deployments.create>>;

/** A deployment that is served, and has run once unless it is to be new. */
async function deploy(world: World, given: Given = {}, isNew = false): Promise<Deployment> {
  const { id: flow_id } = await world.flow("etl");
  const { id } = await world.call(deployments.create, {
    ...{
      flow_id,
      name: "nightly",
      schedules: [nine],
      parameters: { region: "eu" },
      parameter_openapi_schema,
    },
    ...given,
  });
  await world.call(deployments.scheduledRuns, { deployment_ids: [id] });
  if (!isNew) await world.flowRun({ name: "red-otter", deployment_id: id, states: ["RUNNING", "FAILED"] });
  return world.call(deployments.read, { id });
}

interface Options {
  given?: Given;
  isNew?: boolean;
  search?: string;
  through?: (send: Send) => Send;
  before?: (world: World) => Promise<unknown>;
  more?: (world: World, deployment: Deployment) => Promise<unknown>;
}

/** Opens the page of a deployment. */
async function open({ given, isNew, search = "", through, before, more }: Options = {}) {
  let id = "";
  const opened = await show(() => `/deployments/${id}${search}`, {
    ...(through ? { through } : {}),
    seed: async (world) => {
      await before?.(world);
      const deployment = await deploy(world, given, isNew);
      id = deployment.id;
      await more?.(world, deployment);
    },
  });
  return { ...opened, read: () => opened.world.call(deployments.read, { id }), id };
}

const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const button = (name: string | RegExp) => screen.findByRole("button", { name });
const click = async (name: string | RegExp) => fireEvent.click(await button(name));
const dialog = (name: string | RegExp) => screen.findByRole("dialog", { name });
const choose = (select: HTMLElement, text: string) => {
  const option = [...select.querySelectorAll("option")].find((one) => one.textContent === text);
  fireEvent.change(select, { target: { value: option?.value } });
};
/** Those that no schedule has made. */
const runsOf = async ({ world, id }: Pick<Opened, "world"> & { id: string }) => {
  const runs = await world.call(flowRuns.filter, {
    flow_runs: { deployment_id: { any_: [id] } },
    sort: "ID_DESC",
  });
  return runs.filter((run) => !run.auto_scheduled);
};

test("the page says in a sentence when it runs, and lists its runs", async () => {
  await open();
  const heading = await screen.findByRole("heading", { level: 1 });
  expect(heading.textContent).toMatch(/^Runs every day at 09:00 \(Europe\/Berlin\), next in \d+[hm]$/);
  const runs = await screen.findByRole("grid", { name: "Runs" });
  expect(runs.textContent).toMatch(/Failed.*red-otter/);
  const address = `/runs?${new URLSearchParams({ q: 'deployment:"etl/nightly"' })}`;
  const all = screen.getByRole("link", { name: "View all runs" });
  await waitFor(() => expect(all.getAttribute("href")).toBe(address));
  await waitFor(() => expect(document.title).toBe("nightly · etl · Praetor"));
});

test("one that nobody serves says so, and what to start", async () => {
  let id = "";
  await show(() => `/deployments/${id}`, {
    seed: async (world) => {
      const { id: flow_id } = await world.flow("etl");
      const entrypoint = "flows/report.ts:report";
      ({ id } = await world.call(deployments.create, { flow_id, name: "silent", entrypoint }));
    },
  });
  const sentence = "Not served: no process has ever polled for its runs";
  expect(await screen.findByRole("heading", { name: sentence })).toBeDefined();
  expect(screen.getByText("node flows/report.ts")).toBeDefined();
});

test("where there is no such deployment the page says so", async () => {
  await show("/deployments/01a21061-d6c4-7947-b608-411f5123ee64");
  expect(await screen.findByText("There is no such deployment")).toBeDefined();
});

test("when it cannot be read the page says what failed, and trying again works", async () => {
  let broken = true;
  const through = (send: Send) => (request: Request) =>
    broken && /\/deployments\/[0-9a-f-]+$/.test(request.url)
      ? Promise.resolve(new Response('{"detail":"the disk is full"}', { status: 500 }))
      : send(request);
  await open({ through });
  expect((await screen.findByRole("alert")).textContent).toContain("the disk is full");
  broken = false;
  await click("Try again");
  expect(await screen.findByRole("heading", { level: 1 })).toBeDefined();
});

test("when only its runs cannot be read the rest of the page is whole", async () => {
  const through = (send: Send) => (request: Request) =>
    request.url.endsWith("/flow_runs/filter")
      ? Promise.resolve(new Response('{"detail":"the disk is full"}', { status: 500 }))
      : send(request);
  await open({ through });
  expect((await screen.findByRole("alert")).textContent).toContain("Runs could not be loaded");
  expect(screen.getByRole("switch", { name: /Every day at 09:00/ })).toBeDefined();
});

test("one that has not run shows the command that runs it", async () => {
  await open({ isNew: true });
  expect(await screen.findByText("No runs yet")).toBeDefined();
  expect(await screen.findByText("praetor deployment run etl/nightly")).toBeDefined();
});

test("run now makes a run with the parameters of the deployment", async () => {
  const page = await open();
  await click("Run now");
  await waitFor(async () => expect(await runsOf(page)).toHaveLength(2));
  expect((await runsOf(page))[0]).toMatchObject({ parameters: { region: "eu" }, state_type: "SCHEDULED" });
});

test("run now asks for parameters that nobody has given", async () => {
  const page = await open({ given: { parameters: {}, schedules: [] } });
  await click("Run now");
  expect(await dialog("Run nightly")).toBeDefined();
  expect(await runsOf(page)).toHaveLength(1);
});

test("an invalid parameter is told before anything is sent, and the run then has what was given", async () => {
  const page = await open();
  await click("Run with…");
  const run = await dialog("Run nightly");
  const batch = await within(run).findByLabelText("batch");
  fireEvent.change(batch, { target: { value: "0" } });
  fireEvent.change(within(run).getByLabelText("Run name"), { target: { value: "by-hand" } });
  fireEvent.change(within(run).getByLabelText("Tags"), { target: { value: "urgent, eu" } });
  fireEvent.click(within(run).getByRole("button", { name: "Run" }));
  await waitFor(() => expect(batch.getAttribute("aria-invalid")).toBe("true"));
  expect(await runsOf(page)).toHaveLength(1);
  expect(page.requests.filter((request) => request.endsWith("create_flow_run"))).toEqual([]);

  fireEvent.change(batch, { target: { value: "25" } });
  choose(within(run).getByRole("combobox", { name: /region/ }), "us");
  expect(run.textContent).toContain(
    "praetor deployment run etl/nightly --param batch=25 --param region=us --name by-hand --tag urgent --tag eu",
  );
  fireEvent.click(within(run).getByRole("button", { name: "Run" }));
  await waitFor(async () => expect(await runsOf(page)).toHaveLength(2));
  const [made] = await runsOf(page);
  expect(made).toMatchObject({ name: "by-hand", parameters: { region: "us", batch: 25 } });
  expect(made?.tags).toEqual(expect.arrayContaining(["urgent", "eu"]));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("Escape asks before it throws away an edited form, and closes one that was not edited", async () => {
  await open();
  await click("Run with…");
  await dialog("Run nightly");
  press("Escape");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await click("Run with…");
  const run = await dialog("Run nightly");
  fireEvent.change(await within(run).findByLabelText("batch"), { target: { value: "25" } });
  press("Escape");
  expect((await screen.findByRole("alert")).textContent).toContain("Discard your changes?");
  fireEvent.click(within(run).getByRole("button", { name: "Keep editing" }));
  expect(within(run).getByLabelText("batch")).toHaveProperty("value", "25");
  press("Escape");
  fireEvent.click(await within(run).findByRole("button", { name: "Discard changes" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a number that nobody touched is shown and sent as it came, however long it is", async () => {
  const written = '{"account":1234567890123456789,"region":"eu","rates":[[1.0,9007199254740993]]}';
  const properties = {
    ...parameter_openapi_schema.properties,
    account: { type: "integer", title: "account" },
  };
  const page = await open({
    given: {
      parameters: Object(parseExact(written)),
      parameter_openapi_schema: { ...parameter_openapi_schema, properties },
      schedules: [],
    },
    isNew: true,
  });
  await click("Run with…");
  const run = await dialog("Run nightly");
  fireEvent.change(await within(run).findByLabelText("batch"), { target: { value: "25" } });
  fireEvent.click(within(run).getByRole("button", { name: "Run" }));
  const exact = createClient({
    baseUrl: page.world.client.baseUrl,
    send: page.world.fetch,
    keepsNumbers: true,
  });
  const runs = () => exact.call(flowRuns.filter, { flow_runs: { deployment_id: { any_: [page.id] } } });
  await waitFor(async () => expect(await runs()).toHaveLength(1));
  const [made] = await runs();
  const { batch, ...rest } = made?.parameters ?? {};
  expect([batch, JSON.stringify(rest)]).toEqual([25, written]);
});

test("a run can be scheduled for later, and a time that cannot be is told", async () => {
  const page = await open();
  await click("Run with…");
  const run = await dialog("Run nightly");
  await within(run).findByLabelText("batch");
  fireEvent.click(within(run).getByRole("button", { name: "In" }));
  const field = within(run).getByRole("textbox", { name: "Delay" });
  fireEvent.change(field, { target: { value: "soon" } });
  fireEvent.click(within(run).getByRole("button", { name: "Schedule" }));
  expect(await within(run).findByText("Expected a time such as 15m, 2h or 1d")).toBeDefined();
  fireEvent.change(field, { target: { value: "2h" } });
  expect(run.textContent).toMatch(/curl http.*create_flow_run --json.*SCHEDULED/);
  fireEvent.click(within(run).getByRole("button", { name: "Schedule" }));
  await waitFor(async () => expect(await runsOf(page)).toHaveLength(2));
  const at = Date.parse((await runsOf(page))[0]?.next_scheduled_start_time ?? "");
  expect(Math.abs(at - Date.now() - 7_200_000)).toBeLessThan(60_000);
});

test("what the server refuses is shown in the dialog", async () => {
  const through = (send: Send) => (request: Request) =>
    request.url.endsWith("/create_flow_run")
      ? Promise.resolve(new Response('{"detail":"the queue is gone"}', { status: 409 }))
      : send(request);
  await open({ through });
  await click("Run with…");
  const run = await dialog("Run nightly");
  await within(run).findByLabelText("batch");
  fireEvent.click(within(run).getByRole("button", { name: "Run" }));
  expect(await within(run).findByText(/the queue is gone/)).toBeDefined();
});

test("pausing names what it takes back, and the page then says that nothing is scheduled", async () => {
  const { read } = await open();
  await screen.findByText("Live");
  await click("Pause");
  const pause = await dialog("Pause nightly");
  expect(pause.textContent).toContain("praetor deployment pause etl/nightly");
  fireEvent.click(within(pause).getByRole("button", { name: "Pause 1 deployment" }));
  expect(await screen.findByRole("heading", { name: "Paused: nothing is scheduled" })).toBeDefined();
  expect((await read()).paused).toBe(true);
  expect(await button("Resume")).toBeDefined();
});

test("a schedule is turned off where it stands", async () => {
  const { read } = await open();
  await screen.findByText("Live");
  fireEvent.click(await screen.findByRole("switch", { name: /Every day at 09:00/ }));
  await waitFor(async () => expect((await read()).schedules[0]?.active).toBe(false));
  expect(await screen.findByRole("heading", { name: "Runs on demand: no active schedule" })).toBeDefined();
});

test("a schedule is changed in the editor, and the page then says when it runs", async () => {
  const { read } = await open();
  await screen.findByText("Live");
  await click(/^Edit: Every day at 09:00/);
  fireEvent.change(await screen.findByRole("textbox", { name: "Cron" }), {
    target: { value: "30 6 * * 1-5" },
  });
  await screen.findByText(/fires added/);
  await click("Save schedule");
  await waitFor(async () =>
    expect((await read()).schedules[0]?.schedule).toMatchObject({
      cron: "30 6 * * 1-5",
      timezone: "Europe/Berlin",
    }),
  );
  expect(await screen.findByRole("heading", { name: /^Runs every weekday at 06:30/ })).toBeDefined();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a second schedule is added from the keyboard", async () => {
  const { read } = await open();
  await screen.findByText("Live");
  press("a");
  await screen.findByRole("textbox", { name: "Cron" });
  fireEvent.click(within(await dialog("Add a schedule")).getByRole("button", { name: "Add schedule" }));
  await waitFor(async () => expect((await read()).schedules).toHaveLength(2));
  expect(await screen.findByRole("tab", { name: /Schedules ?2/ })).toBeDefined();
});

test("deleting a schedule shows the fires that go with it", async () => {
  const { read } = await open();
  await screen.findByText("Live");
  await click(/^Delete: Every day at 09:00/);
  const deletion = await dialog(/^Delete Every day at 09:00/);
  expect(deletion.textContent).toMatch(/Would fire.*09:00/);
  fireEvent.click(within(deletion).getByRole("button", { name: "Delete 1 schedule" }));
  await waitFor(async () => expect((await read()).schedules).toEqual([]));
  expect(await screen.findByText("No schedules")).toBeDefined();
});

test("upcoming lists scheduled runs and the fires after them; skipping one cancels it", async () => {
  const page = await open({
    search: "?tab=upcoming",
    more: (world, { id }) =>
      world.call(deployments.createFlowRun, {
        id,
        name: "asked-for",
        state: {
          type: "SCHEDULED",
          state_details: { scheduled_time: timestamp(Date.now() + 600_000) },
        },
      }),
  });
  await screen.findByText("Live");
  const rows = async () =>
    within(await screen.findByRole("grid", { name: "Upcoming runs" }))
      .getAllByRole("row")
      .slice(1);
  const [first, second] = await rows();
  expect(first?.textContent).toMatch(/in (9|10)m.*Manual run.*asked-for/);
  expect(second?.textContent).toMatch(/09:00.*Every day at 09:00.*Europe\/Berlin/);
  await click("Skip asked-for");
  const skip = await dialog("Skip asked-for");
  fireEvent.click(within(skip).getByRole("button", { name: "Skip 1 flow run" }));
  await waitFor(async () => expect((await runsOf(page))[0]?.state_type).toBe("CANCELLED"));
  await waitFor(async () => expect((await rows())[0]?.textContent).toMatch(/Every day at 09:00/));
});

test("default parameters are changed in their form", async () => {
  const { read } = await open({ search: "?side=parameters" });
  choose(await screen.findByRole("combobox", { name: "region" }), "us");
  await click("Save parameters");
  await waitFor(async () => expect((await read()).parameters.region).toBe("us"));
});

test("defaults need not hold what a schedule or a run has to give", async () => {
  const { read } = await open({ search: "?side=parameters", given: { parameters: {}, schedules: [] } });
  fireEvent.change(await screen.findByRole("textbox", { name: "batch" }), { target: { value: "7" } });
  await click("Save parameters");
  await waitFor(async () => expect((await read()).parameters).toEqual({ batch: 7 }));
});

test("description, tags and limit are edited; a limit that cannot be is told", async () => {
  const { read } = await open();
  await screen.findByRole("heading", { level: 1 });
  press("e");
  const edit = await dialog("Edit nightly");
  fireEvent.change(within(edit).getByLabelText("Description"), { target: { value: "Loads orders" } });
  fireEvent.change(within(edit).getByLabelText("Tags"), { target: { value: "prod, eu" } });
  const limit = within(edit).getByLabelText("Runs at a time");
  fireEvent.change(limit, { target: { value: "many" } });
  fireEvent.click(within(edit).getByRole("button", { name: "Save" }));
  expect(await within(edit).findByText(/expected a whole number from 1 on/)).toBeDefined();
  fireEvent.change(limit, { target: { value: "2" } });
  fireEvent.click(within(edit).getByRole("button", { name: "is cancelled" }));
  fireEvent.click(within(edit).getByRole("button", { name: "Save" }));
  await waitFor(async () => expect((await read()).description).toBe("Loads orders"));
  expect(await read()).toMatchObject({
    tags: ["prod", "eu"],
    global_concurrency_limit: { limit: 2 },
    concurrency_options: { collision_strategy: "CANCEL_NEW" },
    parameters: { region: "eu" },
  });
  expect(await screen.findByText("Loads orders")).toBeDefined();
});

test("its runs are moved to another queue of the pool", async () => {
  const { read } = await open({
    given: { work_pool_name: "local" },
    before: async (world) => {
      await world.call(workPools.create, { name: "local", type: "process" });
      await world.call(workQueues.create, { pool: "local", name: "fast" });
    },
  });
  await screen.findByRole("heading", { level: 1 });
  press("e");
  const edit = await dialog("Edit nightly");
  await within(edit).findByRole("option", { name: "fast" });
  fireEvent.change(within(edit).getByRole("combobox", { name: "Work queue" }), { target: { value: "fast" } });
  fireEvent.click(within(edit).getByRole("button", { name: "Save" }));
  await waitFor(async () => expect((await read()).work_queue_name).toBe("fast"));
  expect((await read()).work_pool_name).toBe("local");
});

test("the limit says how much of it is in use and leads to its slots", async () => {
  await open({ search: "?side=configuration", given: { concurrency_limit: 2 } });
  const limit = await screen.findByRole("region", { name: "Limit" });
  expect(limit.textContent).toContain("0 of 2 in use");
  const link = within(limit).getByRole("link", { name: "Show in Capacity" });
  expect(link.getAttribute("href")).toMatch(/^\/capacity\?limit=deployment/);
});

test("a slot that is taken shows in the header at once, without another request for the deployment", async () => {
  const { world, id, requests } = await open({ given: { concurrency_limit: 2, schedules: [] } });
  await screen.findByText("Live");
  await screen.findByText("0 of 2");
  const { id: run } = await world.call(deployments.createFlowRun, { id });
  await world.call(flowRuns.setState, { id: run, state: { type: "PENDING" } });
  expect(await screen.findByText("1 of 2")).toBeDefined();
  expect(requests.filter((request) => request === `GET /deployments/${id}`)).toHaveLength(1);
});

test("deleting says how many scheduled runs go, and leads back to the list", async () => {
  const { address, world, id } = await open();
  await click("More actions");
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const deletion = await dialog("Delete nightly");
  await waitFor(() => expect(deletion.textContent).toMatch(/Deleted with it\d+ scheduled run/));
  fireEvent.click(within(deletion).getByRole("button", { name: "Delete 1 deployment" }));
  await waitFor(() => expect(address()).toBe("/deployments"));
  expect(await world.call(deployments.count, { deployments: { id: { any_: [id] } } })).toBe(0);
});

test("a run of a deployment leads to it", async () => {
  let run = "";
  const { address } = await show(() => `/runs/${run}`, {
    seed: async (world) => {
      const { id } = await deploy(world);
      const [made] = await world.call(flowRuns.filter, { flow_runs: { deployment_id: { any_: [id] } } });
      run = made?.id ?? "";
    },
  });
  fireEvent.click(await screen.findByRole("link", { name: "nightly" }));
  await waitFor(() => expect(address()).toMatch(/^\/deployments\//));
});

test("the page asks for six things at most", async () => {
  const { requests } = await open({ given: { schedules: [] } });
  await screen.findByRole("grid", { name: "Runs" });
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(6);
});
