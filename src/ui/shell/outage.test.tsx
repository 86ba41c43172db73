import { setTimeout as sleep } from "node:timers/promises";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Frame } from "./frame.tsx";

const open = dashboard();
const patience = { timeout: 20_000 };

async function seed(world: World) {
  await world.flowRun({ flow: "etl", name: "busy-otter", states: ["PENDING", "RUNNING"] });
}

test("while the server is away the page says so, its clocks stand, and then it loads what failed", {
  timeout: 60_000,
}, async () => {
  let isAway = false;
  const through =
    (send: Send): Send =>
    (request) =>
      isAway ? Promise.reject(new TypeError("Failed to fetch")) : send(request);
  const { cut } = await open("/", { seed, through });
  await screen.findByText("Live");
  const shown = () => screen.getByRole("link", { name: /busy-otter/ }).closest("li")?.textContent;
  await screen.findByRole("link", { name: /busy-otter/ });
  const early = shown();
  await waitFor(() => expect(shown()).not.toBe(early), patience);
  isAway = true;
  const comeBack = await cut();
  const alert = await screen.findByText("The server cannot be reached.", undefined, patience);
  expect(alert.closest("[role=alert]")?.textContent).toMatch(/known at \d\d:\d\d:\d\d/);
  const held = shown();
  await sleep(2500);
  expect(shown()).toBe(held);
  fireEvent.click(screen.getByRole("link", { name: "Flows" }));
  await screen.findByText("Flows could not be loaded", undefined, patience);
  isAway = false;
  await comeBack();
  await screen.findByRole("link", { name: "etl" }, patience);
  await waitFor(() => expect(screen.queryByText("The server cannot be reached.")).toBeNull());
});

test("a page whose code does not come while the server is away shows that it is coming, and comes with it", async () => {
  let isThere = false;
  let fetches = 0;
  const Late = lazyNamed(async () => {
    fetches += 1;
    if (!isThere) throw new TypeError("Failed to fetch dynamically imported module");
    return () => <h1>Here at last</h1>;
  });
  const page = (
    <Frame>
      <Late />
    </Frame>
  );
  await open("/late", { page });
  const coming = await screen.findByRole("status", { name: "Loading the page" });
  await waitFor(() => expect(fetches).toBeGreaterThan(2), patience);
  expect(coming.isConnected).toBe(true);
  expect(screen.getByRole("link", { name: "Flows" })).toBeTruthy();
  isThere = true;
  await screen.findByRole("heading", { name: "Here at last" }, patience);
});
