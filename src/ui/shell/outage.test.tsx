import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { dashboard } from "../../testing/render.tsx";

const open = dashboard();
const patience = { timeout: 20_000 };

test("while the server is away the page says so, and then loads what failed", {
  timeout: 60_000,
}, async () => {
  let isAway = false;
  const through =
    (send: Send): Send =>
    (request) =>
      isAway ? Promise.reject(new TypeError("Failed to fetch")) : send(request);
  const { cut } = await open("/", { seed: (world) => world.flow("etl"), through });
  await screen.findByText("Live");
  isAway = true;
  const comeBack = await cut();
  const alert = await screen.findByText("The server cannot be reached.", undefined, patience);
  expect(alert.closest("[role=alert]")?.textContent).toMatch(/known at \d\d:\d\d:\d\d/);
  fireEvent.click(screen.getByRole("link", { name: "Flows" }));
  await screen.findByText("Flows could not be loaded", undefined, patience);
  isAway = false;
  await comeBack();
  await screen.findByRole("link", { name: "etl" }, patience);
  await waitFor(() => expect(screen.queryByText("The server cannot be reached.")).toBeNull());
});
