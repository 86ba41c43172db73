// `node scripts/tool.mjs PROGRAM …`: runs a program of the project, with the project's Node, in a clone that may not have
// anything installed yet. The scripts of package.json that are one program use it.
import { onInterrupt, start, stopAll } from "./processes.mjs";
import { main } from "./progress.mjs";
import { prepare, root } from "./setup.mjs";

onInterrupt(stopAll);

await main(async () => {
  const [program, ...args] = process.argv.slice(2);
  const { env } = await prepare();
  const child = start(program, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
  process.exitCode = (await child.ended).code;
});
