import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { deployments } from "../../schema/deployments.ts";
import { flows } from "../../schema/flows.ts";
import { dashboard, settled } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const failure = { type: "FAILED", message: "TypeError: no city" } as const;

async function two(world: World) {
  const { id: flow_id } = await world.flow("etl-flow");
  await world.call(deployments.create, { flow_id, name: "by-hand" });
  for (const end of ["COMPLETED", failure, "COMPLETED", "COMPLETED"] as const)
    await world.flowRun({ flow: "etl-flow", states: ["PENDING", "RUNNING", end] });
  await world.call(flows.create, { name: "report-flow", tags: ["core"] });
}

const rows = async () =>
  within(await screen.findByRole("grid", { name: "Flows" }))
    .getAllByRole("row")
    .slice(1);
const names = async () => (await rows()).map((row) => /(etl|report)-flow/.exec(row.textContent ?? "")?.[0]);

test.each([
  ["our own server", false],
  ["a Prefect server", true],
])(
  "flows of %s are listed with their last runs, how many completed, and their deployments",
  async (_, isForeign) => {
    await open("/flows", { seed: two, isForeign });
    expect(await names()).toEqual(["etl-flow", "report-flow"]);
    await waitFor(async () => expect((await rows())[0]?.textContent).toMatch(/etl-flow.*75%.*by-hand/));
    expect(await screen.findByRole("img", { name: "Last 4 runs: 3 completed, 1 failed" })).toBeDefined();
    expect((await rows())[1]?.textContent).toMatch(/report-flow.*No runs yet.*Not deployed.*core/);
  },
);

test("the query in the address decides what is shown, and the page tells how much it hides", async () => {
  await open("/flows?q=deployed:yes", { seed: two });
  expect(await names()).toEqual(["etl-flow"]);
  expect(await screen.findByText("1 match, 1 hidden by filter")).toBeDefined();
});

const alike = async (world: World) => {
  for (const name of ["my_flow", "my-flow", "other"]) await world.flow(name);
};

test("a part of a name is that part, with its signs, on a server of ours", async () => {
  await open("/flows?q=my_f", { seed: alike });
  expect(await screen.findByText("1 match, 2 hidden by filter")).toBeDefined();
  expect((await rows())[0]?.textContent).toMatch(/my_flow/);
  expect(screen.queryByRole("note")).toBeNull();
});

test("on a Prefect server, whose wildcards they are, the page says so", async () => {
  await open("/flows?q=my_f", { seed: alike, isForeign: true });
  expect(await rows()).toHaveLength(2);
  expect((await screen.findByRole("note")).textContent).toBe(
    "On a Prefect server, % and _ in names are wildcards.",
  );
});

test("with no flow at all the page teaches the code that makes one", async () => {
  await open("/flows");
  expect(await screen.findByText("No flows yet")).toBeDefined();
});

test("when the list cannot be read the page says what failed, and trying again works", async () => {
  let broken = true;
  const through = (send: Send) => (request: Request) =>
    broken && request.url.endsWith("/flows/filter")
      ? Promise.resolve(new Response('{"detail":"the disk is full"}', { status: 500 }))
      : send(request);
  await open("/flows", { seed: two, through });
  expect((await screen.findByRole("alert")).textContent).toContain("the disk is full");
  broken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(async () => expect(await rows()).toHaveLength(2));
});

test("a flow opens on its page, which says how it does and lists its runs and deployments", async () => {
  const { address } = await open("/flows", { seed: two });
  fireEvent.click(await screen.findByRole("link", { name: "etl-flow" }));
  await waitFor(() => expect(address()).toMatch(/^\/flows\/[0-9a-f-]{36}$/));
  expect(await screen.findByRole("heading", { name: "3 of its last 4 runs completed" })).toBeDefined();
  const runs = await screen.findByRole("grid", { name: "Runs" });
  expect(within(runs).getAllByRole("row")).toHaveLength(5);
  expect(runs.textContent).toContain("TypeError: no city");
  expect(await screen.findByRole("figure", { name: "Durations of its runs over time" })).toBeDefined();
  fireEvent.click(within(screen.getByRole("region", { name: "Deployments" })).getByRole("link"));
  await waitFor(() => expect(address()).toMatch(/^\/deployments\//));
});

test("one that is not deployed shows how to", async () => {
  await open("/flows", { seed: two });
  fireEvent.click(await screen.findByRole("link", { name: "report-flow" }));
  expect(await screen.findByRole("heading", { name: "No runs yet" })).toBeDefined();
  expect(await screen.findByText(/await reportFlow\.serve/)).toBeDefined();
});

test("a run that begins comes into the list and the strip by itself", async () => {
  const { world } = await open("/flows", { seed: two });
  fireEvent.click(await screen.findByRole("link", { name: "report-flow" }));
  await screen.findByText("Waiting for the first run");
  await screen.findByText("Live");
  await world.flowRun({
    flow: "report-flow",
    name: "new-otter",
    states: ["PENDING", "RUNNING", "COMPLETED"],
  });
  expect(await screen.findByText("new-otter")).toBeDefined();
  expect(await screen.findByRole("heading", { name: "Its only run completed" })).toBeDefined();
});

test("where there is no such flow the page says so", async () => {
  await open("/flows/01a21061-d6c4-7947-b608-411f5123ee64");
  expect(await screen.findByText("There is no such flow")).toBeDefined();
});

test("the pages ask for six things at most", async () => {
  const { requests } = await open("/flows", { seed: two });
  await rows();
  await screen.findByText("Live");
  await settled(requests);
  expect(requests.length).toBeLessThanOrEqual(6);
  const list = requests.length;
  fireEvent.click(await screen.findByRole("link", { name: "etl-flow" }));
  await screen.findByRole("grid", { name: "Runs" });
  await settled(requests);
  expect(requests.length - list).toBeLessThanOrEqual(6);
});
