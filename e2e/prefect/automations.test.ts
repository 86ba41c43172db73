import { afterAll, beforeAll, expect, test } from "vitest";
import { automations } from "../../src/schema/automations.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { events } from "../../src/schema/events.ts";
import { newId } from "../../src/schema/ids.ts";
import { timestamp } from "../../src/schema/scalars.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { succeed } from "./python.ts";
import { openWorld, soon, type World } from "./world.ts";

// Automations created by Prefect's clients, on our server.

let world: World;
let pages: Pages;
beforeAll(async () => {
  world = await openWorld();
  world.python.script("alarmed", ["serve"]);
  pages = await openPages();
});
afterAll(async () => {
  await pages?.close();
  await world?.close();
});

const mender = () =>
  soon(() =>
    world.praetor.client.call(deployments.readByName, { flow_name: "mending", deployment_name: "mender" }),
  );

/** Waits for the one run with this parameter, and checks in the browser which automation created it. */
async function expectMended(deploymentId: string, of: string, automation: string) {
  const run = await soon(async () => {
    const runs = await world.reading.runsOf("mending");
    const found = runs.filter(({ parameters }) => parameters.of === of);
    expect(found).toMatchObject([{ state_type: "COMPLETED", created_by: { type: "AUTOMATION" } }]);
    return found[0];
  });
  await pages.visit(`${world.praetor.url}/deployments/${deploymentId}`, async (page) => {
    await page
      .getByRole("row")
      .filter({ hasText: "Completed" })
      .getByRole("link", { name: run?.name })
      .click();
    await page.getByRole("tab", { name: "Related" }).click();
    await seen(page.getByRole("region", { name: "Called by" }).getByText(`The automation ${automation}.`));
    await page.getByRole("tab", { name: "Input and output" }).click();
    await seen(page.getByRole("region", { name: "Parameters" }).getByText(of));
  });
}

test("a failing flow run makes an automation run a deployment, with text of the failure as a parameter", async () => {
  const { id } = await mender();
  expect(await succeed(world.python.script("alarmed", ["make", id]))).toContain("made");
  expect(await succeed(world.python.script("alarmed", ["break"]))).toContain("broke");
  await expectMended(
    id,
    "Flow run encountered an exception: ValueError: broken on purpose",
    "mend what breaks",
  );
});

test("the trigger of a served deployment runs it", async () => {
  const { id } = await mender();
  const resource_id = `prefect.deployment.${id}`;
  const owned = await soon(async () => {
    const related = await world.praetor.client.call(automations.relatedTo, { resource_id });
    const found = related.find(({ name }) => name === "when told");
    if (!found) throw new Error("expected the automation of the trigger");
    return found;
  });
  expect(owned).toMatchObject({ enabled: true, actions: [{ type: "run-deployment", deployment_id: id }] });
  const event = { event: "mend.now", resource: { "prefect.resource.id": "roof" }, related: [], payload: {} };
  const reported = { ...event, id: newId(), occurred: timestamp(Date.now()) };
  await world.praetor.client.call(events.create, { events: [reported] });
  await expectMended(id, "roof", "when told");
});

test("`prefect automation` lists, shows, pauses, resumes and deletes them", async () => {
  const prefect = (...args: string[]) =>
    succeed(world.python.prefect(["automation", ...args], { COLUMNS: "200" }));
  const name = "mend what breaks";
  expect(await prefect("ls")).toContain(name);
  expect(await prefect("inspect", name)).toContain("prefect.flow-run.Failed");
  const isEnabled = async () => {
    const [found] = await world.praetor.client.call(automations.filter, {
      automations: { name: { any_: [name] } },
    });
    return found?.enabled;
  };
  await prefect("pause", name);
  expect(await isEnabled()).toBe(false);
  await prefect("resume", name);
  expect(await isEnabled()).toBe(true);
  await prefect("delete", name);
  expect(await isEnabled()).toBeUndefined();
});
