import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { processTemplate } from "../../schema/process-pools.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { dashboard, settled, without } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const queuesOfEtl = "/work-pools/etl?tab=queues";

async function twoPools(world: World) {
  await world.call(workPools.create, { name: "etl", type: "process", concurrency_limit: 3 });
  await world.call(workPools.create, { name: "reports", type: "docker" });
  await world.call(workQueues.create, { pool: "etl", name: "urgent", concurrency_limit: 1 });
  await world.call(workQueues.create, { pool: "etl", name: "bulk" });
  await world.call(workers.heartbeat, { pool: "etl", name: "mac-1" });
}

const rows = async () =>
  within(await screen.findByRole("grid", { name: "Work pools" }))
    .getAllByRole("row")
    .slice(1);
const texts = async () => (await rows()).map((row) => row.textContent ?? "");
const queueNames = () =>
  within(screen.getByRole("region", { name: "Queues of etl" }))
    .getAllByRole("listitem")
    .map((item) => /default|urgent|bulk|slow/.exec(item.textContent ?? "")?.[0]);
const close = (frame: ReturnType<typeof within>) =>
  fireEvent.click(frame.getAllByRole("button", { name: "Close" }).at(-1) ?? document.body);
const dialog = async (name: string) => within(await screen.findByRole("dialog", { name }));

test("pools are listed with their state, slots, queues and workers, in at most six requests", async () => {
  const { requests } = await open("/work-pools", { seed: twoPools });
  await waitFor(async () =>
    expect((await texts())[0]).toMatch(/Ready.*etl.*process.*0 of 3 runs.*3.*1 online/),
  );
  await waitFor(async () =>
    expect((await texts())[1]).toMatch(/No worker.*reports.*docker.*no limit.*1.*None.*No runs yet/),
  );
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(6);
});

test("a query by state, type, queue or part of a name says how much it hides", async () => {
  await open("/work-pools?q=status%3Aready%20queue%3Aurg%20et", { seed: twoPools });
  expect(await texts()).toEqual([expect.stringContaining("etl")]);
  expect(await screen.findByText("1 match, 1 hidden by filter")).toBeDefined();
});

test("selected pools are paused, and their deletion says what goes with them", async () => {
  const { world } = await open("/work-pools", { seed: twoPools });
  await screen.findByText("Live");
  await rows();
  fireEvent.click(screen.getByRole("checkbox", { name: "Select etl" }));
  fireEvent.click(screen.getByRole("checkbox", { name: "Select reports" }));
  const bar = () => within(screen.getByRole("toolbar", { name: "Actions on the selected work pools" }));
  fireEvent.click(bar().getByRole("button", { name: "Pause" }));
  const pausing = await dialog("Pause 2 work pools");
  expect(
    await pausing.findByText(/praetor work-pool pause etl && praetor work-pool pause reports/),
  ).toBeDefined();
  fireEvent.click(pausing.getByRole("button", { name: "Pause 2 work pools" }));
  await pausing.findByText("2 of 2 done");
  close(pausing);
  await waitFor(async () => expect((await texts()).every((text) => text.includes("Paused"))).toBe(true));
  expect((await world.call(workPools.read, { name: "etl" })).is_paused).toBe(true);

  await waitFor(() => expect(screen.queryByRole("toolbar")).toBeNull());
  fireEvent.click(screen.getByRole("checkbox", { name: "Select etl" }));
  fireEvent.click(bar().getByRole("button", { name: "Delete" }));
  const deleting = await dialog("Delete etl");
  expect(deleting.getByText("Queues deleted").nextElementSibling?.textContent).toBe("3");
  await waitFor(() => expect(deleting.getByText("Deployments").nextElementSibling?.textContent).toBe("0"));
  fireEvent.click(deleting.getByRole("button", { name: "Delete 1 work pool" }));
  await deleting.findByText("1 of 1 done");
  close(deleting);
  await waitFor(async () => expect(await texts()).toEqual([expect.stringContaining("reports")]));
});

test("the page of a pool says how it stands, and is paused and resumed", async () => {
  const { world } = await open("/work-pools/etl", { seed: twoPools });
  expect(
    await screen.findByRole("heading", { name: "Ready: 1 worker online, 0 of 3 slots in use" }),
  ).toBeDefined();
  await screen.findByText("Live");
  fireEvent.click(screen.getByRole("button", { name: "Pause etl" }));
  expect(await screen.findByRole("heading", { name: "Paused: workers get no runs" })).toBeDefined();
  fireEvent.click(await screen.findByRole("button", { name: "Resume etl" }));
  await screen.findByRole("button", { name: "Pause etl" });
  expect((await world.call(workPools.read, { name: "etl" })).is_paused).toBe(false);
});

test("a pool without a worker tells how to start one, of its type", async () => {
  await open("/work-pools/reports?tab=workers", { seed: twoPools });
  expect(await screen.findByText(/No worker has served this pool yet/)).toBeDefined();
  expect(screen.getAllByText("prefect worker start --pool reports").length).toBe(2);
});

test("queues move up and down, and one is paused", async () => {
  const { world } = await open(queuesOfEtl, { seed: twoPools });
  await screen.findByText("Live");
  const bulk = await screen.findByRole("listitem", { name: "Queue bulk" });
  fireEvent.click(within(bulk).getByRole("button", { name: "Raise priority of bulk" }));
  await waitFor(() => expect(queueNames()).toEqual(["default", "bulk", "urgent"]));
  fireEvent.click(screen.getByRole("button", { name: "Lower priority of default" }));
  await waitFor(() => expect(queueNames()).toEqual(["bulk", "default", "urgent"]));
  expect(screen.getByRole("button", { name: "Raise priority of bulk" })).toHaveProperty("disabled", true);
  fireEvent.click(screen.getByRole("button", { name: "Pause queue urgent" }));
  await screen.findByRole("button", { name: "Resume queue urgent" });
  expect((await world.call(workQueues.read, { pool: "etl", name: "urgent" })).is_paused).toBe(true);
});

test("the limit of a pool is changed, and a wrong one is told before it is sent", async () => {
  const { world, requests } = await open("/work-pools/etl", { seed: twoPools });
  await screen.findByText("Live");
  fireEvent.click(await screen.findByRole("button", { name: "Edit etl" }));
  const editing = await dialog("Edit work pool etl");
  fireEvent.change(editing.getByLabelText("Limit"), { target: { value: "many" } });
  fireEvent.click(editing.getByRole("button", { name: "Save" }));
  expect(await editing.findByText(/expected a whole number from 0 on, got “many”/)).toBeDefined();
  expect(requests).not.toContain("PATCH /work_pools/etl");
  fireEvent.change(editing.getByLabelText("Limit"), { target: { value: "7" } });
  fireEvent.click(editing.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("heading", { name: /0 of 7 slots in use/ })).toBeDefined();
  expect((await world.call(workPools.read, { name: "etl" })).concurrency_limit).toBe(7);
});

test("a queue is made, edited and deleted", async () => {
  await open(queuesOfEtl, { seed: twoPools });
  await screen.findByText("Live");
  await screen.findByRole("listitem", { name: "Queue bulk" });
  fireEvent.click(screen.getByRole("button", { name: "New queue" }));
  const making = await dialog("New queue in etl");
  fireEvent.change(making.getByLabelText("Name"), { target: { value: "slow" } });
  fireEvent.change(making.getByLabelText("Priority"), { target: { value: "1" } });
  fireEvent.click(making.getByRole("button", { name: "Create queue" }));
  const slow = within(await screen.findByRole("listitem", { name: "Queue slow" }));
  await waitFor(() => expect(queueNames()[0]).toBe("slow"));
  fireEvent.click(slow.getByRole("button", { name: "More actions on queue slow" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  fireEvent.click((await dialog("Delete queue slow")).getByRole("button", { name: "Delete queue" }));
  await waitFor(() => expect(queueNames()).toEqual(["default", "urgent", "bulk"]));
});

test("on a Prefect server the list leaves out what it does not tell, and the page knows the workers", async () => {
  const { requests } = await open("/work-pools", { seed: twoPools, isForeign: true });
  expect((await texts())[0]).toMatch(/Ready.*etl.*process.*0 of 3 runs/);
  expect(requests.filter((request) => request.includes("praetor"))).toEqual([]);
  fireEvent.click(screen.getByRole("link", { name: "etl" }));
  fireEvent.click(await screen.findByRole("tab", { name: "Workers" }));
  expect(await screen.findByRole("listitem", { name: "Worker mac-1" })).toBeDefined();
});

test("with no pool at all the page teaches how to get one", async () => {
  await open("/work-pools");
  expect(await screen.findByText("No work pools yet")).toBeDefined();
  expect(screen.getByText(/praetor worker start --pool my-pool/)).toBeDefined();
});

test("where there is no such pool the page says so", async () => {
  await open("/work-pools/nope");
  expect(await screen.findByText("There is no such work pool")).toBeDefined();
  expect(screen.getByText("nope")).toBeDefined();
});

test("when pools cannot be read the page says what failed", async () => {
  await open("/work-pools", { seed: twoPools, through: without(/work_pools\/filter/) });
  expect((await screen.findByRole("alert")).textContent).toContain("Work pools could not be loaded");
});

test("a pool of any type is created, with its job template as a form and as JSON in sync", async () => {
  const { world, address } = await open("/work-pools", { seed: twoPools });
  fireEvent.click(await screen.findByRole("button", { name: "New work pool" }));
  fireEvent.click(await screen.findByRole("link", { name: "Docker" }));
  const submit = () => fireEvent.click(screen.getByRole("button", { name: "Create work pool" }));
  const image = () => screen.findByRole("textbox", { name: /^image(?!_)/ });
  await image();
  submit();
  expect(await screen.findByText("a name is required")).toBeDefined();
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "etl" } });
  fireEvent.change(await image(), { target: { value: "node:24" } });
  fireEvent.click(screen.getByRole("button", { name: "JSON" }));
  const json = await screen.findByRole("textbox", { name: "Base job template as JSON" });
  expect(json).toHaveProperty("value", expect.stringContaining('"default": "node:24"'));
  const text = Reflect.get(json, "value").replace("node:24", "node:25");
  fireEvent.change(json, { target: { value: `${text}x` } });
  expect(await screen.findByText(/^Line \d+:/)).toBeDefined();
  fireEvent.change(json, { target: { value: text.replace("{{ image }}", "{{ picture }}") } });
  expect((await screen.findByRole("alert")).textContent).toContain("Missing: picture");
  fireEvent.change(json, { target: { value: text } });
  fireEvent.click(screen.getByRole("button", { name: "Form" }));
  expect(await image()).toHaveProperty("value", "node:25");
  submit();
  expect((await screen.findByRole("alert")).textContent).toContain("already exists");
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "ships" } });
  submit();
  await waitFor(() => expect(address()).toBe("/work-pools/ships"));
  expect(await world.call(workPools.read, { name: "ships" })).toMatchObject({
    ...{ type: "docker", concurrency_limit: null },
    base_job_template: { variables: { properties: { image: { default: "node:25" } } } },
  });
});

test("the job template of a pool is edited, and saved when it is valid", async () => {
  const { world } = await open("/work-pools/etl?tab=template", {
    seed: async (world) => {
      await world.call(workPools.create, {
        ...{ name: "etl", type: "process", base_job_template: processTemplate },
      });
    },
  });
  const folder = await screen.findByRole("textbox", { name: /working_dir/ });
  expect(screen.queryByRole("button", { name: "Save job template" })).toBeNull();
  fireEvent.change(folder, { target: { value: "/srv/flows" } });
  fireEvent.click(await screen.findByRole("button", { name: "Save job template" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save job template" })).toBeNull());
  expect(await world.call(workPools.read, { name: "etl" })).toMatchObject({
    base_job_template: { variables: { properties: { working_dir: { default: "/srv/flows" } } } },
  });
});
