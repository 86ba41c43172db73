import { z } from "zod";
import { flow, pause, runLogger } from "../../src/index.ts";

const answer = z.object({
  approved: z.boolean().meta({ description: "Whether the price may be published" }),
  discount: z.int().min(0).max(50).default(0),
});

const main = flow({ name: "approval" }, async () => {
  const { approved, discount } = await pause({ input: answer, timeout: "10m" });
  runLogger().info(approved ? `published with ${discount} % off` : "kept back");
});

await main();
