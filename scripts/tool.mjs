// `node scripts/tool.mjs PROGRAM …`: runs a program of the project, on its own Node, in a clone where nothing need be
// installed yet. The scripts of package.json that are one program go through here.
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
