import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { artifacts } from "../../../schema/artifacts.ts";
import { dashboard } from "../../../testing/render.tsx";

const open = dashboard();

test("a table is shown with the numbers as they were written, and with those that JSON has no words for", async () => {
  let id = "";
  await open(() => `/runs/${id}?tab=artifacts`, {
    seed: async (world) => {
      const run = await world.flowRun({ states: ["RUNNING", "COMPLETED"] });
      id = run.id;
      const data =
        '[{"score": NaN, "best": -Infinity, "id": 1234567890123456789, "note": "NaN is \\"no\\" number"}]';
      await world.call(artifacts.create, { flow_run_id: id, key: "scores", type: "table", data });
    },
  });
  const table = within(await screen.findByRole("table"));
  const cells = table.getAllByRole("cell").map((cell) => cell.textContent);
  expect(cells).toEqual(["NaN", "-Infinity", "1234567890123456789", 'NaN is "no" number']);
});
