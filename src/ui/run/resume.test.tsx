import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { flowRuns } from "../../schema/flow-runs.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();

const schema = {
  type: "object",
  properties: {
    approve: { type: "boolean", title: "Approve" },
    copies: { type: "integer", title: "Copies", minimum: 1, maximum: 9 },
  },
  required: ["approve", "copies"],
};
const keys = {
  schema: "paused-1-schema",
  response: "paused-1-response",
  description: "paused-1-description",
};

let id = "";
const path = () => `/runs/${id}`;

async function running(world: World) {
  const run = await world.flowRun({ name: "brave-otter", states: ["PENDING", "RUNNING"] });
  id = run.id;
}

async function asking(world: World) {
  await running(world);
  const state_details = { pause_key: "1", run_input_keyset: keys };
  await world.call(flowRuns.setState, { id, state: { type: "PAUSED", state_details } });
  await world.call(flowRuns.createInput, { id, key: keys.schema, value: JSON.stringify(schema) });
  const value = JSON.stringify("Shall the report go out?");
  await world.call(flowRuns.createInput, { id, key: keys.description, value });
}

const stateOf = async (world: World) => (await world.call(flowRuns.read, { id })).state_type;

test("a running run is paused, and resumed again", async () => {
  const { world } = await open(path, { seed: running });
  await screen.findByText("Live");
  fireEvent.click(await screen.findByRole("button", { name: "More actions" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: /Pause/ }));
  const pausing = within(await screen.findByRole("dialog", { name: "Pause brave-otter" }));
  fireEvent.click(pausing.getByRole("button", { name: /^Pause 1/ }));
  fireEvent.click(await screen.findByRole("button", { name: "Resume" }));
  expect(await stateOf(world)).toBe("PAUSED");
  const resuming = within(await screen.findByRole("dialog", { name: "Resume brave-otter" }));
  expect(resuming.getByText(`praetor flow-run resume ${id}`)).toBeDefined();
  fireEvent.click(resuming.getByRole("button", { name: "Resume" }));
  await waitFor(async () => expect(await stateOf(world)).toBe("RUNNING"));
});

test("a run that paused for input is resumed with a form, which tells what is wrong before it is sent", async () => {
  const { world, requests } = await open(path, { seed: asking });
  fireEvent.click(await screen.findByRole("button", { name: "Resume" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Resume brave-otter" }));
  expect(await dialog.findByText("Shall the report go out?")).toBeDefined();
  const copies = await dialog.findByLabelText(/copies/i);
  fireEvent.change(copies, { target: { value: "12" } });
  fireEvent.click(dialog.getByRole("button", { name: "Resume" }));
  expect((await dialog.findAllByText(/a whole number from 1 to 9/)).length).toBeGreaterThan(0);
  expect(requests).not.toContain(`POST /flow_runs/${id}/resume`);
  fireEvent.change(copies, { target: { value: "3" } });
  fireEvent.click(dialog.getByRole("button", { name: "true" }));
  fireEvent.click(dialog.getByRole("button", { name: "Resume" }));
  await waitFor(async () => expect(await stateOf(world)).toBe("RUNNING"));
  const answer = await world.call(flowRuns.readInput, { id, key: keys.response });
  expect(answer).toEqual({ approve: true, copies: 3 });
});

test("what the server refuses stands at the form, which keeps what was typed", async () => {
  const { world } = await open(path, { seed: asking });
  fireEvent.click(await screen.findByRole("button", { name: "Resume" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Resume brave-otter" }));
  const copies = await dialog.findByLabelText(/copies/i);
  fireEvent.change(copies, { target: { value: "3" } });
  fireEvent.click(dialog.getByRole("button", { name: "true" }));
  await world.call(flowRuns.deleteInput, { id, key: keys.schema });
  fireEvent.click(dialog.getByRole("button", { name: "Resume" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("Run input schema not found");
  expect(copies).toHaveProperty("value", "3");
  expect(await stateOf(world)).toBe("PAUSED");
});
