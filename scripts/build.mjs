// Builds the contents of the package: JavaScript and types of the SDK and the CLI in build/lib, the dashboard
// in build/ui.
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onInterrupt, run, stopAll } from "./processes.mjs";
import { main, Refusal, step } from "./progress.mjs";
import { prepare, root } from "./setup.mjs";
import { ensureUi } from "./ui.mjs";

onInterrupt(stopAll);

await main(async () => {
  const { env } = await prepare();
  await ensureUi(env);
  await step("Building the library", () => buildLibrary(env));
});

async function buildLibrary(env) {
  const folder = join(root, "build", "lib");
  rmSync(folder, { recursive: true, force: true });
  const { code, output } = await run("tsc", ["-p", "tsconfig.build.json"], { cwd: root, env });
  if (code !== 0) throw new Refusal(`The library does not compile:\n${output.trim()}`);
  chmodSync(join(folder, "cli", "main.js"), 0o755);
}
