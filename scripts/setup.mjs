// Prerequisites of everything else in Praetor: Node 24 and the packages of the lock file.
// Plain JavaScript without dependencies: it runs on Node 20 in a clone where nothing is installed yet.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./processes.mjs";
import { Refusal, step } from "./progress.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cache = join(root, ".cache");
const nodeVersion = "24.21.0";

/**
 * Installs what is missing and returns the environment for all other programs: Node 24 and the
 * project's own programs come first on its PATH.
 */
export async function prepare() {
  const node = await ensureNode();
  // Node compiles TypeScript again in each process and each thread; this caches the result.
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(cache, "compiled");
  const path = withPath([dirname(node), join(root, "node_modules", ".bin")]);
  const env = { ...path, NODE_COMPILE_CACHE: compiled };
  if (!isInstalled()) await step("Installing packages", () => npm(node, ["ci", "--include=dev"], env, root));
  return { node, env };
}

async function ensureNode() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const node = join(
    cache,
    "node",
    "node_modules",
    ".bin",
    process.platform === "win32" ? "node.cmd" : "node",
  );
  if (answers(node)) return node;
  await step(`Getting Node ${nodeVersion} (this machine has ${process.versions.node})`, downloadNode);
  if (answers(node)) return node;
  throw new Refusal(
    `Node ${nodeVersion} was installed but does not start on this machine; install Node 24 and try again.`,
  );
}

/** The package of the platform has no install script, so it also works where scripts are disabled. */
async function downloadNode() {
  const partial = join(cache, `node-${process.pid}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
  const install = (name) =>
    npm(process.execPath, ["install", "--no-save", `${name}@${nodeVersion}`], process.env, partial);
  try {
    const platform = process.platform === "win32" ? "win" : process.platform;
    await install(`node-${platform}-${process.arch}`).catch(() => install("node"));
    rmSync(join(cache, "node"), { recursive: true, force: true });
    renameSync(partial, join(cache, "node"));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

const answers = (node) =>
  spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim() === `v${nodeVersion}`;

/**
 * npm writes its own record of node_modules last, so a folder whose record matches the lock file is
 * complete, and an interrupted installation is detected.
 */
function isInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    return installed[path] ? installed[path].version === version : optional === true;
  });
}

export async function npm(node, args, env, cwd) {
  const quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const own = process.env.npm_execpath;
  const [command, ...before] = own?.endsWith("npm-cli.js") ? [node, own] : ["npm"];
  const { code, output } = await run(command, [...before, ...args, ...quiet], { env, cwd });
  if (code === 0) return;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(output)) {
    throw new Refusal(
      "The package registry cannot be reached. Check the network (or `npm config get registry`) and run the same command again.",
    );
  }
  throw new Refusal(`npm ${args.join(" ")} failed:\n${output.trim().split("\n").slice(-15).join("\n")}`);
}

function withPath(folders) {
  const key = Object.keys(process.env).find((name) => name.toLowerCase() === "path") ?? "PATH";
  return { ...process.env, [key]: [...folders, process.env[key]].join(delimiter) };
}
