import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { automations } from "../../schema/automations.ts";
import { deployments } from "../../schema/deployments.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const failed = { posture: "Reactive", expect: ["prefect.flow-run.Failed"] } as const;

async function three(world: World) {
  const flow = await world.flow("etl");
  const { id } = await world.call(deployments.create, { name: "nightly", flow_id: flow.id });
  const related = {
    "prefect.resource.role": "flow",
    "prefect.resource.id": [`prefect.flow.${flow.id}`],
  };
  await world.call(automations.create, {
    ...{ name: "rerun", tags: ["prod"], trigger: { ...failed, match_related: related } },
    actions: [{ type: "run-deployment", deployment_id: id }],
  });
  await world.call(automations.create, { name: "quiet", enabled: false, trigger: failed, actions: [] });
}

const rows = async () =>
  within(await screen.findByRole("grid", { name: "Automations" }))
    .getAllByRole("row")
    .slice(1);

test("automations are listed in words with the names they mention, filtered here, and paused at once", async () => {
  const { world, requests } = await open("/automations", { seed: three });
  await waitFor(async () =>
    expect((await rows())[1]?.textContent).toMatch(/A flow run of flow etl fails.*Run deployment nightly/),
  );
  await settled(requests);
  expect(requests.filter((one) => !one.includes("/praetor/info")).length).toBeLessThanOrEqual(6);
  const field = screen.getByRole("combobox", { name: "Filter automations" });
  fireEvent.change(field, { target: { value: "nightly" } });
  fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(async () => expect(await rows()).toHaveLength(1));
  fireEvent.click(screen.getByRole("switch", { name: "Enable rerun" }));
  await waitFor(async () => {
    const [found] = await world.call(automations.filter, { automations: { name: { any_: ["rerun"] } } });
    expect(found?.enabled).toBe(false);
  });
});

test("on a Prefect server the list and the editor work, and the preview says what it needs", async () => {
  await open("/automations", { seed: three, isForeign: true });
  expect(await rows()).toHaveLength(2);
  fireEvent.click(screen.getByRole("button", { name: "New automation" }));
  expect(await screen.findByText("The preview over past events needs a Praetor server.")).toBeDefined();
});

test("an address begins a new automation with its preset", async () => {
  await open("/automations/new?preset=event&name=shop.sale");
  expect(await screen.findByRole("button", { name: "Remove shop.sale" })).toBeDefined();
  expect(screen.getByLabelText("What happens")).toHaveProperty("value", "event");
});
