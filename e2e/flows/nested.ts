import { flow, runLogger, task } from "../../src/index.ts";

const read = task({ name: "read" }, (name: string) => {
  runLogger().info(`sales of ${name}`);
  return name.length;
});
const convert = task({ name: "convert" }, (name: string): number => {
  throw new RangeError(`no exchange rate for ${name}`);
});

const city = flow({ name: "city", runName: "{0}" }, async (name: string) => {
  const sales = await read(name);
  return name === "porto" ? await convert(name) : sales;
});

const country = flow({ name: "country", runName: "{0}" }, async (...names: string[]) => {
  for (const name of names.slice(1)) await city(name);
});

/** Subflows in subflows; one of the innermost fails. */
const nested = flow({ name: "nested" }, async () => {
  await country("france", "lyon");
  await country("portugal", "braga", "porto");
});

await nested().catch(() => {
  process.exitCode = 1;
});
