import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the package: the same code runs from `src/cli` and, once built, from `build/lib/cli`. */
export function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

export function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(packageFolder(), "package.json"), "utf8"),
  );
  return version;
}

/** Folder of the dashboard: part of the package; in a clone it exists once it was built. */
export function builtDashboard(): string | undefined {
  const folder = join(packageFolder(), "build", "ui");
  return existsSync(join(folder, "index.html")) ? folder : undefined;
}
