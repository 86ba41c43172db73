// Builds the dashboard when its sources are newer than the last build.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { run } from "./processes.mjs";
import { Refusal, step } from "./progress.mjs";
import { cache, root } from "./setup.mjs";

const sources = [
  "src/ui",
  "src/schema",
  "src/rules",
  "src/client",
  "public",
  "index.html",
  "vite.config.ts",
  "package-lock.json",
];
const stamp = join(cache, "ui-sources");

export async function ensureUi(env) {
  if (isFresh()) return;
  await step("Building the dashboard", () => buildUi(env));
}

/** The stamp is removed first and written last, so that an interrupted build never counts as complete. */
export async function buildUi(env) {
  const built = fingerprint();
  rmSync(stamp, { force: true });
  const { code, output } = await run("vite", ["build", "--logLevel", "warn"], { cwd: root, env });
  if (code !== 0) throw new Refusal(`The dashboard does not build:\n${output.trim()}`);
  for (const file of filesOf(join(root, "build", "ui", "assets"))) pack(file);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, built);
}

/** The server sends a compressed version of a file if there is one and the browser accepts it. */
function pack(file) {
  if (/\.(js|css|svg)$/.test(file)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
}

const isFresh = () =>
  existsSync(stamp) &&
  existsSync(join(root, "build", "ui", "index.html")) &&
  readFileSync(stamp, "utf8") === fingerprint();

function fingerprint() {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((path) => filesOf(join(root, path))).sort()) {
    hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}
