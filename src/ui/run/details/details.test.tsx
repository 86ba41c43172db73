import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { deployments } from "../../../schema/deployments.ts";
import { events } from "../../../schema/events.ts";
import { newId } from "../../../schema/ids.ts";
import { timestamp } from "../../../schema/scalars.ts";
import { workPools } from "../../../schema/work-pools.ts";
import { dashboard, without } from "../../../testing/render.tsx";
import type { World } from "../../../testing/world.ts";

const open = dashboard();

let id = "";
let task = "";
const at = (search: string) => () => `/runs/${id}${search}`;
const ofTask = (search: string) => () => `/runs/${id}/tasks/${task}${search}`;
const details = async () => within(await screen.findByRole("region", { name: "Details" }));

async function etl(world: World) {
  const run = await world.flowRun({ flow: "etl", name: "brave-otter", states: ["PENDING", "RUNNING"] });
  id = run.id;
  const read = await world.taskRun({
    flowRun: run,
    key: "read",
    name: "read-0",
    states: ["RUNNING", "COMPLETED"],
  });
  const inputs = { rows: [{ input_type: "task_run", id: read.id } as const] };
  const failed = { type: "FAILED", message: "3 rows were malformed" } as const;
  const load = await world.taskRun({
    flowRun: run,
    key: "load",
    name: "load-0",
    inputs,
    states: ["RUNNING", failed],
  });
  task = load.id;
}

const emit = (world: World, event: string, resource: string, related: readonly string[] = []) =>
  world.call(events.create, {
    events: [
      {
        ...{ id: newId(world.now()), occurred: timestamp(world.now()), event },
        resource: { "prefect.resource.id": resource },
        related: related.map((one) => ({ "prefect.resource.id": one, "prefect.resource.role": "flow-run" })),
        payload: { rows: 12 },
      },
    ],
  });

test("events that are about the selection, or name it, are listed and open to what they say", async () => {
  await open(at("?tab=events"), {
    seed: async (world) => {
      await etl(world);
      await emit(world, "rows.loaded", "orders", [`prefect.flow-run.${id}`]);
      await emit(world, "rows.lost", "orders");
    },
  });
  const pane = await details();
  fireEvent.click(await pane.findByRole("button", { name: /rows\.loaded/ }));
  expect(pane.getByText("12")).toBeDefined();
  expect(pane.queryByText("rows.lost")).toBeNull();
});

test("a task without events says what would stand there", async () => {
  await open(ofTask("?tab=events"), { seed: etl });
  const pane = await details();
  await waitFor(() =>
    expect(pane.queryByRole("heading", { name: "No events" }) ?? pane.queryByRole("list")).not.toBeNull(),
  );
});

test("the error of a task that told of none is what its state says", async () => {
  await open(ofTask("?tab=error"), { seed: etl });
  const error = await (await details()).findByRole("region", { name: "Error" });
  expect(error.textContent).toBe("3 rows were malformed");
});

test("a run that met no error says so", async () => {
  await open(at("?tab=error"), { seed: etl });
  await (await details()).findByRole("heading", { name: "No error" });
});

test("what a task waited for is related, and leads there", async () => {
  const { address } = await open(ofTask("?tab=related"), { seed: etl });
  const pane = await details();
  fireEvent.click(
    within(await pane.findByRole("region", { name: "Waited for" })).getByRole("button", { name: "read-0" }),
  );
  await waitFor(() => expect(address()).not.toContain(task));
  await (await details()).findByRole("region", { name: "Waited for by" });
});

async function deployed(world: World) {
  const variables = { properties: { image: { default: "node:24" }, region: { default: "us" } } };
  const base_job_template = { job_configuration: {}, variables };
  await world.call(workPools.create, { name: "etl", type: "process", base_job_template });
  const { id: flow_id } = await world.flow("load");
  const deployment = await world.call(deployments.create, {
    ...{ flow_id, name: "nightly", work_pool_name: "etl", job_variables: { region: "eu" } },
  });
  id = (await world.call(deployments.createFlowRun, { id: deployment.id, name: "brave-otter" })).id;
}

test("job variables of a deployment's run are merged, and say who set them", async () => {
  await open(at("?tab=job-variables"), { seed: deployed });
  const table = within(await screen.findByRole("table", { name: "Job variables as the process gets them" }));
  const rows = table.getAllByRole("row").slice(1);
  expect(rows.map((row) => row.textContent)).toEqual([
    "imagenode:24Work pool default",
    "regioneuDeploymentoverrides work pool default",
  ]);
  const crumbs = within(screen.getByRole("navigation", { name: "Breadcrumb" }));
  expect(crumbs.getByRole("link", { name: "nightly" })).toBeDefined();
});

test("a run of no deployment has no such tab", async () => {
  await open(at("?tab=job-variables"), { seed: etl });
  await screen.findByRole("heading", { name: "No logs yet" });
  expect(screen.queryByRole("tab", { name: "Job variables" })).toBeNull();
});

test.each([
  ["events", /events\/filter/, "The events could not be loaded"],
  ["artifacts", /artifacts\/filter/, "The artifacts could not be loaded"],
])("where the %s cannot be read, that is said, and tried again", async (tab, part, text) => {
  await open(at(`?tab=${tab}`), { seed: etl, through: without(part) });
  const pane = await details();
  await pane.findByText(text);
  expect(pane.getByRole("button", { name: "Try again" })).toBeDefined();
});
