// `npm run shots`: pictures of the dashboard, of flows that really ran, in test-results/shots/; see e2e/shots/main.ts.
import { join } from "node:path";
import { ensureChromium } from "./browser.mjs";
import { ensurePrefect } from "./prefect.mjs";
import { onInterrupt, start, stopAll } from "./processes.mjs";
import { main, say } from "./progress.mjs";
import { prepare, root } from "./setup.mjs";
import { ensureUi } from "./ui.mjs";

onInterrupt(stopAll);

await main(async () => {
  const { node, env } = await prepare();
  await ensureUi(env);
  const own = { ...env, CHROMIUM_PATH: await ensureChromium(env) };
  const { bin, reason } = await ensurePrefect();
  if (bin) own.PREFECT_BIN = bin;
  else say(`No pictures of Python flows: ${reason}.`);
  const stdio = ["ignore", "inherit", "inherit"];
  const child = start(node, [join("e2e", "shots", "main.ts"), ...process.argv.slice(2)], {
    cwd: root,
    env: own,
    stdio,
  });
  process.exitCode = (await child.ended).code;
});
