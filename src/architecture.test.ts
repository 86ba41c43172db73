import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { longest } from "./testing/longest-first.ts";
import { syntaxOf } from "./testing/syntax.ts";

const root = import.meta.dirname;

/** Who may import whom. A room may always import itself; a path in place of a room allows just that file. */
const mayImport: Record<string, readonly string[]> = {
  schema: [],
  rules: ["schema"],
  store: ["schema"],
  client: ["schema", "rules/bulk-verbs.ts"],
  server: ["schema", "rules", "store"],
  sdk: ["schema", "client", "rules/final-state.ts", "rules/retry.ts"],
  local: ["schema", "client", "sdk", "server/embedded.ts", "store/admin/lock.ts"],
  worker: ["schema", "client", "sdk"],
  cli: [
    "schema",
    "client",
    "rules/bulk-verbs.ts",
    "worker",
    "server/start.ts",
    "server/database.ts",
    "server/dashboard-proxy/start.ts",
    "store/admin/lock.ts",
    "node-version.ts",
  ],
  ui: [
    "schema",
    "client",
    "rules/bulk-verbs.ts",
    "rules/failures.ts",
    "rules/job-templates.ts",
    "rules/schedules.ts",
    "rules/parameter-changes.ts",
    "rules/task-history.ts",
    "rules/tracebacks.ts",
  ],
};
/** Inside the store: which room may import which others. */
const storeRooms: Record<string, readonly string[]> = {
  sql: [],
  engine: ["sql"],
  changes: ["engine", "sql"],
  ingest: ["engine", "sql"],
  "run-index": ["engine", "sql"],
  threads: ["run-index", "ingest", "engine", "sql"],
  records: ["changes", "engine", "sql"],
  failures: ["run-index", "changes", "engine", "sql"],
  work: ["records", "run-index", "changes", "engine", "sql"],
  runs: ["work", "records", "run-index", "ingest", "changes", "engine", "sql"],
  migrations: ["postgres-migrations"],
  "postgres-migrations": ["migrations"],
  admin: ["migrations", "threads", "records", "run-index", "engine", "sql"],
};
/** Files at the top of the store that its rooms may import, and what these may. */
const storeBase: Record<string, readonly string[]> = {
  "noun.ts": ["engine"],
  "tables.ts": ["automation-tables.ts"],
  "automation-tables.ts": [],
};
const maxFilesOfFolder = 25;
/** Inside the dashboard: `kit` knows no nouns; what no row names is a feature and may use all that the rows name. */
const uiLayers: Record<string, readonly string[]> = {
  kit: [],
  parts: ["kit"],
  lists: ["kit", "parts"],
  "schema-form": ["kit", "parts"],
  "schedule-editor": ["kit", "parts", "schema-form"],
  waiting: ["kit", "parts", "schema-form", "markdown"],
  "run-deployment": ["kit", "parts", "schema-form"],
  "log-view": ["kit", "parts"],
  markdown: ["kit", "parts"],
  "artifact-view": ["kit", "parts", "schema-form", "markdown"],
  traceback: ["kit", "parts"],
  graph: ["kit", "parts"],
  shell: ["kit", "parts"],
};
const uiShared = Object.keys(uiLayers).filter((group) => group !== "shell");
/** Files at the top of `ui` that features and shared parts may use. */
const uiBase = ["api.ts", "find-server.ts", "live.ts", "session.ts", "settings.ts"];
/** Tests, and the suites that they share. */
const exempt = /\.test(-d)?\.tsx?$|\/contract\//;

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));

const imports: Import[] = [...sources].flatMap(([from, text]) => {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g);
  return [...found].map(([, path = ""]) => ({
    from,
    to: relative(root, resolve(root, dirname(from), path)),
  }));
});

const roomOf = (file: string) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");
const watched = imports.filter(({ from }) => !exempt.test(from) && !["", "testing"].includes(roomOf(from)));

/** What runs when a file is loaded: types are gone by then. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const loaded = (sources.get(file) ?? "").matchAll(/^import (?!type )[^;]*?"([^"]+)";/gm);
  return [...loaded].flatMap(([, path = ""]) =>
    path.startsWith(".")
      ? packagesOf(join(dirname(file), path), seen)
      : path.startsWith("node:")
        ? []
        : [path],
  );
}

// // Each store starts its own threads, and loading a package costs each of them up to a fifth of a second.
test.each([
  ["store/threads/sqlite-thread.ts", []],
  ["store/threads/postgres-thread.ts", ["pg"]],
])("%s loads no package but that of its database", (file, allowed) => {
  expect([...new Set(packagesOf(file))]).toEqual(allowed);
});

test("every folder of src is a room of the table", () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const rooms = folders.map((entry) => entry.name).filter((name) => name !== "testing");
  expect(rooms.sort()).toEqual(Object.keys(mayImport).sort());
});

test("rooms import only what the table allows", () => {
  const broken = watched.filter(({ from, to }) => {
    const room = roomOf(from);
    const allowed = [room, ...(mayImport[room] ?? [])];
    return !allowed.some((entry) => to === entry || roomOf(to) === entry);
  });
  expect(broken).toEqual([]);
});

test("rooms of the store import only what the table allows, and nothing imports its door", () => {
  const groupOf = (file: string) => file.split("/")[1] ?? "";
  const inside = watched.filter(({ from, to }) => roomOf(from) === "store" && roomOf(to) === "store");
  const broken = inside.filter(({ from, to }) => {
    const [source, target] = [groupOf(from), groupOf(to)];
    if (source === target || (target in storeBase && !(source in storeBase))) return false;
    const allowed = storeBase[source] ?? storeRooms[source];
    // Files at the top of the store combine all rooms and need no row. A folder needs one.
    return allowed ? !allowed.includes(target) : !source.includes(".") || target === "store.ts";
  });
  expect(broken).toEqual([]);
});

test("a folder of the store has at most 25 files, without tests and migrations", () => {
  const code = files.filter((file) => roomOf(file) === "store" && !exempt.test(file));
  const folders = Map.groupBy(code, (file) => dirname(file));
  folders.delete("store/migrations");
  const full = [...folders].filter(([, list]) => list.length > maxFilesOfFolder).map(([folder]) => folder);
  expect(full).toEqual([]);
});

test("no import cycles, type imports included", () => {
  expect(cyclesOf(Map.groupBy(imports, ({ from }) => from))).toEqual([]);
});

test("in the dashboard no feature imports another and shared parts import no feature", () => {
  const groupOf = (file: string) => file.split("/")[1] ?? "";
  const inside = watched.filter(({ from, to }) => roomOf(from) === "ui" && roomOf(to) === "ui");
  const broken = inside.filter(({ from, to }) => {
    const [source, target] = [groupOf(from), groupOf(to)];
    if (source === target || source.includes(".")) return false;
    if (uiBase.includes(target)) return source === "kit";
    return !(uiLayers[source] ?? uiShared).includes(target);
  });
  expect(broken).toEqual([]);
});

test("a folder of the dashboard has at most 25 files beside its tests", () => {
  const counted = files.filter((file) => roomOf(file) === "ui" && !exempt.test(file));
  const byFolder = Map.groupBy(counted, dirname);
  const full = [...byFolder].filter(([, inside]) => inside.length > 25).map(([folder]) => folder);
  expect(full).toEqual([]);
});

test("the schema imports nothing but zod", () => {
  const external = [...sources].filter(([file]) => roomOf(file) === "schema" && !exempt.test(file));
  const packages = external.flatMap(([, text]) =>
    [...text.matchAll(/from "([^.][^"]*)"/g)].map((match) => match[1]),
  );
  expect(new Set(packages)).toEqual(new Set(["zod"]));
});

test("the tree is at most src/room/group/file deep, in ui one more, and has one barrel", () => {
  const deepest = (file: string) => (roomOf(file) === "ui" ? 4 : 3);
  expect(files.filter((file) => file.split("/").length > deepest(file))).toEqual([]);
  expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file))).toEqual(["index.ts"]);
});

test("no file but a test is longer than 400 lines", () => {
  const code = [...sources].filter(([file]) => !exempt.test(file));
  const long = code.filter(([, text]) => text.split("\n").length > 401).map(([file]) => file);
  expect(long).toEqual([]);
});

test("the test files to be started first exist", () => {
  expect(longest.filter((file) => !files.includes(relative("src", file)))).toEqual([]);
});

/** Biome holds functions to 60 lines, and counts no JSX. */
const longestComponent = 100;
/** Type assertions except `as const`. The compiler does not check them: the number may only decrease. */
const mostCasts = 64;

const syntax = [...sources]
  .filter(([file]) => !exempt.test(file) && roomOf(file) !== "testing")
  .map(([file, text]) => ({ file, ...syntaxOf(file, text) }));

test("no component is longer than 100 lines, including its JSX", () => {
  const long = syntax.flatMap(({ file, components }) =>
    components.filter(({ lines }) => lines > longestComponent).map((one) => ({ file, ...one })),
  );
  expect(long).toEqual([]);
});

test("the number of type assertions does not grow", () => {
  const casts = syntax.flatMap(({ file, casts }) => casts.map((text) => `${file}: ${text}`));
  expect(casts.length, casts.join("\n")).toBeLessThanOrEqual(mostCasts);
});

/** Strongly connected components of more than one file, by Tarjan. */
function cyclesOf(importsOf: Map<string, Import[]>): string[][] {
  const indexes = new Map<string, number>();
  const path: string[] = [];
  const cycles: string[][] = [];
  function lowestFrom(file: string): number {
    const index = indexes.size;
    indexes.set(file, index);
    path.push(file);
    let lowest = index;
    for (const { to } of importsOf.get(file) ?? []) {
      if (!indexes.has(to)) lowest = Math.min(lowest, lowestFrom(to));
      else if (path.includes(to)) lowest = Math.min(lowest, indexes.get(to) ?? index);
    }
    if (lowest < index) return lowest;
    const component = path.splice(path.indexOf(file));
    if (component.length > 1) cycles.push(component.sort());
    return lowest;
  }
  for (const file of importsOf.keys()) if (!indexes.has(file)) lowestFrom(file);
  return cycles;
}
