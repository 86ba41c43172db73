import { flow, task } from "../../src/index.ts";

const records = ["41", "42", "4x3"];

const parse = task({ name: "parse-record" }, (text: string) => {
  const value = Number(text);
  if (Number.isNaN(value)) throw new TypeError(`expected a number, got "${text}"`);
  return value;
});

const load = task({ name: "load-record" }, async (text: string) => {
  try {
    return await parse.fn(text);
  } catch (cause) {
    throw new Error(`record "${text}" cannot be loaded`, { cause });
  }
});

const main = flow({ name: "broken" }, async () => {
  const loaded = load.map(records);
  return await loaded.result();
});

await main().catch(() => {
  process.exitCode = 1;
});
