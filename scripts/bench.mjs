// `npm run bench -- NAME …`: one of bench/, with its own arguments; without a name it lists them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onInterrupt, start, stopAll } from "./processes.mjs";
import { main, Refusal, say } from "./progress.mjs";
import { prepare, root } from "./setup.mjs";

const folder = join(root, "bench");

onInterrupt(stopAll);

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  const benches = all();
  if (!name) return list(benches);
  if (!benches.has(name)) {
    throw new Refusal(`No bench is called ${name}; there are ${[...benches.keys()].join(", ")}.`);
  }
  const { node, env } = await prepare();
  const stdio = ["ignore", "inherit", "inherit"];
  const child = start(node, [join("bench", `${name}.ts`), ...args], { cwd: root, env, stdio });
  process.exitCode = (await child.ended).code;
});

/** Description of each from its top comment; a file without one is a module of others. */
function all() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const texts = files.map((file) => [file.slice(0, -3), readFileSync(join(folder, file), "utf8")]);
  return new Map(texts.flatMap(([name, text]) => (text.startsWith("//") ? [[name, introOf(text)]] : [])));
}

/** The first paragraph of the comment. */
function introOf(text) {
  const lines = /^(?:\/\/.*\n)+/.exec(text)[0].replaceAll(/^\/\/ ?/gm, "");
  return lines.split("\n\n", 1)[0].replaceAll("\n", " ").trim();
}

function list(benches) {
  const width = Math.max(...[...benches.keys()].map((name) => name.length));
  for (const [name, intro] of benches) say(`${name.padEnd(width)}  ${intro}`);
  say("\nnpm run bench -- NAME");
}
