import type { Page } from "@playwright/test";
import type { Stage } from "./stage.ts";

/** A picture: its name, and the address of its page. */
export interface Scene {
  name: string;
  path(stage: Stage): Promise<string>;
  /** Actions before the picture is taken. */
  act?(page: Page): Promise<void>;
}

const page = (name: string, path: string): Scene => ({ name, path: async () => path });
const lists = (runs: number) => [page(`now-${runs}-runs`, "/"), page(`runs-${runs}-runs`, "/runs")];

const run = (name: string, flow: string, state: string, act?: Scene["act"]): Scene => ({
  name: `run-${name}`,
  path: async (stage) => `/runs/${await stage.run(flow, state)}`,
  ...(act && { act }),
});

const tab = (name: string) => async (page: Page) => {
  await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
};

/** In order: first the flows that must have run, then the picture. */
export interface Act {
  title: string;
  prepare(stage: Stage): Promise<void>;
  scenes: readonly Scene[];
}

export const acts: readonly Act[] = [
  { title: "nothing has run", prepare: async () => {}, scenes: lists(0) },
  {
    title: "30 runs",
    async prepare(stage) {
      for (const shape of ["heartbeat", "inventory", "migration", "matrix", "images", "region"])
        await stage.play(shape);
      for (let at = 0; at < 3; at += 1) await stage.play("orders");
      await stage.play("orders", "5000");
      await stage.play("region", "fails");
      await stage.playPython();
      await stage.playPython("fails");
      await stage.beginFlow("approval");
      stage.begin("holder");
      await stage.run("vacuum-warehouse", "Running");
      stage.begin("waiter");
      await stage.run("warehouse-report", "Running");
    },
    scenes: [
      ...lists(30),
      run("1-task", "heartbeat", "Completed"),
      run("10-tasks", "inventory-sync", "Completed"),
      run("10-tasks-timeline", "inventory-sync", "Completed", tab("Timeline")),
      run("40-in-a-chain", "schema-migration", "Completed"),
      run("200-in-ten-layers", "feature-matrix", "Completed"),
      run("2000-mapped", "image-resize", "Completed"),
      run("2000-mapped-tasks", "image-resize", "Completed", tab("Tasks")),
      run("12-subflows", "region-report", "Completed"),
      run("12-subflows-failed", "region-report", "Failed"),
      run("failed", "orders-etl", "Failed"),
      run("failed-history", "orders-etl", "Failed", tab("History")),
      run("waiting", "warehouse-report", "Running"),
      run("paused", "approval", "Paused"),
      run("python", "python-etl", "Completed"),
      run("python-failed", "python-etl", "Failed"),
    ],
  },
  ...[1, 5, 8].map((done, moment) => ({
    title: `a live run, ${done} of its tasks done`,
    async prepare(stage: Stage) {
      if (moment === 0) stage.begin("inventory", "30");
      await stage.completed(await stage.run("inventory-sync", "Running"), done);
    },
    scenes: [run(`live-${moment + 1}`, "inventory-sync", "Running")],
  })),
  {
    title: "3,000 runs more",
    prepare: (stage) => stage.play("ticks", "3000"),
    scenes: lists(3000),
  },
];
