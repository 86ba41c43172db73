import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { flowRuns } from "../../schema/flow-runs.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();
const panel = async (title: string) => {
  const section = (await screen.findByRole("heading", { name: title })).closest("section");
  if (!section) throw new Error(`expected a section ${title}`);
  return within(section);
};

const failed = (message: string) => ["PENDING", "RUNNING", { type: "FAILED", message }] as const;
async function trouble(world: World) {
  await world.flowRun({ flow: "etl", states: failed("timed out after 5 s") });
  await world.flowRun({ flow: "etl", states: failed("timed out after 8 s") });
  await world.flowRun({ flow: "report", states: failed("no such table") });
  await world.flowRun({ flow: "etl", name: "busy-otter", states: ["PENDING", "RUNNING"] });
  await world.flowRun({ flow: "etl", name: "held-otter", states: ["PENDING", "RUNNING", "PAUSED"] });
}

test("failures are grouped by flow and message, the most frequent first, and lead to their runs", async () => {
  await open("/", { seed: trouble });
  const failing = await panel("Failing");
  const items = await failing.findAllByRole("listitem");
  expect(items[0]?.textContent).toMatch(/timed out after 8 s.*×2/);
  expect(items[1]?.textContent).toMatch(/no such table.*×1/);
  const [first] = within(items[0] ?? document.body).getAllByRole("link");
  await waitFor(() =>
    expect(decodeURIComponent(first?.getAttribute("href") ?? "").replaceAll("+", " ")).toBe(
      '/runs?q=flow:"etl" state:failed,crashed err:"timed out after" since:24h',
    ),
  );
});

test("a waiting run says why, and a running one how long it has been", async () => {
  await open("/", { seed: trouble });
  expect((await (await panel("Waiting")).findByRole("listitem")).textContent).toMatch(
    /Paused .*waits to be resumed.*held-otter/,
  );
  expect((await (await panel("Running")).findByRole("listitem")).textContent).toContain("busy-otter");
});

test("a run that ends leaves what is running without reloading", async () => {
  const { world } = await open("/", { seed: trouble });
  const running = await panel("Running");
  await running.findByText("busy-otter");
  await screen.findByText("Live");
  const [run] = await world.call(flowRuns.filter, { flow_runs: { name: { any_: ["busy-otter"] } } });
  await world.call(flowRuns.setState, { id: run?.id ?? "", state: { type: "COMPLETED" }, force: true });
  expect(await running.findByText("Nothing is running.")).toBeDefined();
});

test("where nothing has run yet the page teaches the first flow", async () => {
  await open("/");
  expect(await screen.findByText("Nothing has run yet")).toBeDefined();
});

test("the page asks for six things at most, and for nothing while nothing happens", async () => {
  const { requests } = await open("/", { seed: trouble });
  await (await panel("Running")).findByText("busy-otter");
  await screen.findByText("Live");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(requests.length).toBeLessThanOrEqual(6);
  const before = requests.length;
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(requests.slice(before)).toEqual([]);
});
