// Every optional dependency of a package must have its own entry in the lock file: without one,
// `npm ci` refuses the lock on the platform that needs it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

export function missingFromLock() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersAbove(path).some((folder) => `${folder}node_modules/${name}` in packages))
      .map((name) => `${path || "package.json"} names ${name}, which has no entry in package-lock.json`),
  );
}

/** Where Node looks for a package that is required from `path`, nearest first. */
function foldersAbove(path) {
  const parts = path === "" ? [] : path.split("/node_modules/");
  return [...parts.keys()]
    .map((index) => `${parts.slice(0, parts.length - index).join("/node_modules/")}/`)
    .concat("");
}
