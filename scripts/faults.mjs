// `npm run test:faults -- NAME …`: the fault tests of e2e/faults/ in their full forms; all of them without a name.
// `npm test` runs the small forms.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePostgres } from "./postgres.mjs";
import { onInterrupt, start, stopAll } from "./processes.mjs";
import { main, Refusal, say } from "./progress.mjs";
import { prepare, root } from "./setup.mjs";

const ending = ".test.ts";

onInterrupt(stopAll);

await main(async () => {
  const names = process.argv.slice(2);
  const known = readdirSync(join(root, "e2e", "faults"))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new Refusal(`No fault test is called ${unknown}; there are ${known.join(", ")}.`);
  const { env } = await prepare();
  const { reason } = await ensurePostgres(env);
  if (reason) say(`Tests on PostgreSQL are skipped: ${reason}.`);
  const files = names.map((name) => `e2e/faults/${name}${ending}`);
  const child = start("vitest", ["run", "--project", "faults", ...files], {
    cwd: root,
    env: { ...env, PRAETOR_FAULTS: "full" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.exitCode = (await child.ended).code;
});
