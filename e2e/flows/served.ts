import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { flow, runLogger, serve } from "../../src/index.ts";

/** A deployment with every kind of form field. */
export const report = flow(
  {
    name: "report",
    params: z.object({
      region: z
        .enum(["north", "south", "west"])
        .default("north")
        .meta({ description: "Where sales are counted" }),
      days: z.int().min(1).max(31).default(7),
      recipients: z.array(z.string()).default(["sales"]),
    }),
  },
  async ({ region, days }) => {
    runLogger().info(`report of ${days} days in the ${region}`);
    return `${region} ${days}`;
  },
);

/** Runs until it is asked to stop. */
export const hold = flow({ name: "hold" }, async () => {
  await sleep(600_000);
});

if (import.meta.main) {
  const [limit = "2"] = process.argv.slice(2);
  await serve(
    report.toDeployment({ name: "sales", interval: "4s", tags: ["e2e"] }),
    hold.toDeployment({ name: "held", limit: Number(limit) }),
    { limit: 20 },
  );
}
