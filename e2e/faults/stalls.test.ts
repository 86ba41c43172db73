import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maxEntries } from "../../src/schema/scalars.ts";
import { openStore } from "../../src/store/store.ts";
import { describeOnPostgres } from "../../src/testing/postgres-databases.ts";
import { createWorld, type World } from "../../src/testing/world.ts";
import { type Cost, costOf, leastCost } from "./held-loop.ts";
import { hostileTable } from "./hostile-table.ts";
import { type ListPosition, placesOf, uuidOf } from "./list-places.ts";
import { isFull, scaled } from "./scale.ts";
import { seed } from "./seeded.ts";

// No request blocks the event loop for long, or keeps a database busy for long, whatever its content.

/** Milliseconds of CPU: between two turns of the event loop, and of the server and its database together. */
const heldMs = 250;
const allMs = 2000;
/** Maximum characters of a refusal. */
const maxRefusal = 200_000;
/** Entries of each list; even the small form exceeds every database limit on terms of a statement. */
const entries = scaled(2000, maxEntries);

interface Database {
  open(): Promise<World>;
  /** CPU of the processes of a database server, in milliseconds. */
  used(): Promise<number>;
  close(): Promise<void>;
}

function describeStalls(make: () => Promise<Database>): void {
  let database: Database;
  let world: World;
  let rows: Record<string, string> = {};
  const costs: [name: string, Cost][] = [];
  beforeAll(async () => {
    database = await make();
    world = await database.open();
    rows = await seed(world, { runs: scaled(60, 600), events: scaled(600, 6000) });
  }, 120_000);
  afterAll(async () => {
    if (isFull) report(costs);
    await world.close();
    await database.close();
  });

  async function send(method: string, path: string, body: string) {
    const request = new Request(`http://praetor.test/api${path}`, { method, body });
    const before = await database.used();
    let answer = { status: 0, text: "" };
    const { held, all } = await costOf(async () => {
      const response = await world.fetch(request);
      answer = { status: response.status, text: await response.text() };
    });
    return { ...answer, held, all: all + (await database.used()) - before };
  }
  /** The first response to a request, and faults in it or in the request's cost. */
  async function examined(name: string, ask: () => ReturnType<typeof send>, { isFree = false } = {}) {
    const answers: Awaited<ReturnType<typeof send>>[] = [];
    const cost = await leastCost(async () => {
      const answer = await ask();
      answers.push(answer);
      return { held: answer.held, all: isFree ? 0 : answer.all };
    }, isFine);
    costs.push([name, cost]);
    const [{ status, text } = { status: 0, text: "" }] = answers;
    return { status, text, faults: [...excessOf(cost), ...flawsOf(status, text)] };
  }
  const sendTo = (place: ListPosition, make: () => unknown, isFree = false) =>
    examined(
      nameOf(place),
      () => send(place.route.method, pathOf(place.route, rows), JSON.stringify(make())),
      { isFree },
    );
  /** Faults of the responses for each field, by its name. */
  async function faultsAt(
    places: readonly ListPosition[],
    faults: (place: ListPosition) => Promise<string[]>,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const place of places) {
      for (const fault of await faults(place)) found.push(`${nameOf(place)}: ${fault}`);
    }
    return found;
  }

  test("every list, map and text of a request is accepted at its maximum length", {
    timeout: scaled(300_000, 3_600_000),
  }, async () => {
    const faults = await faultsAt(placesIn(world), async (place) => {
      const count = Math.min(place.most ?? maxEntries, place.kind === "map" ? maxEntries : entries);
      const answer = await sendTo(place, () => place.body(count), makesRuns.test(place.path));
      const isRefused =
        place.kind !== "text" && answer.status === 422 && !isRefusedAnyway(place, answer.text);
      return [...answer.faults, ...(isRefused ? [`was refused: ${answer.text.slice(0, 300)}`] : [])];
    });
    expect(faults).toEqual([]);
  });

  test("a longer one is refused with the maximum, and wrong entries with a bounded number of errors", {
    timeout: scaled(300_000, 3_600_000),
  }, async () => {
    const lists = placesIn(world).filter(({ kind }) => kind !== "text");
    const faults = await faultsAt(lists, async (place) => {
      const most = Math.min(place.most ?? maxEntries, maxEntries);
      const long =
        place.route.isBulk && place.path.endsWith("s[]") && !place.path.includes(".")
          ? undefined
          : await sendTo(place, () => place.body(most + 1));
      const isNamed = !long || (long.status === 422 && long.text.includes(String(most)));
      const wrong = await sendTo(place, () => place.wrong(Math.min(most, entries)));
      return [
        ...(long?.faults ?? []),
        ...(isNamed ? [] : [`${most + 1} entries were answered ${long?.status} ${long?.text.slice(0, 200)}`]),
        ...wrong.faults,
      ];
    });
    expect(faults).toEqual([]);
  });

  test.each(Object.entries(hostileTable))(
    "%s",
    async (name, { method = "POST", path, body, status, says = "", isLarge = false }) => {
      const answer = await examined(name, () => send(method, path, body(rows)), { isFree: isLarge });
      expect(answer).toMatchObject({ status, text: expect.stringContaining(says) });
      expect(answer.faults).toEqual([]);
    },
  );
}

const nameOf = ({ route, path }: ListPosition) => `${route.noun}.${route.name} ${path}`;

const excessOf = ({ held, all }: Cost): string[] => [
  ...(held > heldMs ? [`held the event loop for ${Math.round(held)} ms of CPU`] : []),
  ...(all > allMs ? [`took ${Math.round(all)} ms of CPU`] : []),
];
const isFine = (cost: Cost) => excessOf(cost).length === 0;
const flawsOf = (status: number, text: string): string[] => [
  ...(status >= 500 ? [`was answered ${status}`] : []),
  ...(status >= 400 && text.length > maxRefusal ? [`was refused with ${text.length} characters`] : []),
];

/** Prints the requests that came closest to their limit. */
function report(costs: readonly [name: string, Cost][]): void {
  const share = ({ held, all }: Cost) => Math.max(held / heldMs, all / allMs);
  const nearest = costs.toSorted(([, a], [, b]) => share(b) - share(a)).slice(0, 15);
  for (const [name, cost] of nearest) {
    const { held, all } = cost;
    const percent = `${Math.round(100 * share(cost))} %`.padStart(6);
    process.stdout.write(`${percent}  held ${Math.round(held)} ms, all ${Math.round(all)} ms: ${name}\n`);
  }
}

/** Each entry creates a run, in its own transaction. */
const makesRuns = /^flow_runs\[\]$/;

/** Errors independent of the list: too few triggers in one, a request that also needs a time. */
const isRefusedAnyway = ({ path }: ListPosition, text: string) =>
  /triggers\[\]/.test(path) || text.includes("is required");

/** In the small form, a field that many routes share is tested in one of them. */
function placesIn(world: World): ListPosition[] {
  const all = placesOf(world.routes);
  return isFull ? all : [...new Map(all.toReversed().map((place) => [place.path, place])).values()];
}

const pathOf = ({ path, noun }: ListPosition["route"], rows: Readonly<Record<string, string>>) =>
  path.replace(/:(\w+)/g, (_, key: string) =>
    key === "id"
      ? (rows[noun] ?? uuidOf(1))
      : key === "countable"
        ? "day"
        : key === "name"
          ? (rows["work-pools"] ?? "")
          : "x",
  );

const open = (path: string) =>
  createWorld({ open: (now) => openStore({ path, now }), settings: { logLevel: "silent" } });

describe("SQLite", () => {
  describeStalls(async () => {
    const folder = mkdtempSync(join(tmpdir(), "praetor-stalls-"));
    return {
      open: () => open(join(folder, "stalls.db")),
      // Its threads are of the same process.
      used: async () => 0,
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  });
});

await describeOnPostgres("PostgreSQL", (databases) => {
  describeStalls(async () => {
    const database = await databases.create();
    const admin = new Client({ connectionString: database.url });
    await admin.connect();
    return {
      open: () => open(database.url),
      async used() {
        const sql =
          "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        const { rows } = await admin.query<{ pid: number }>(sql);
        return rows.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
      },
      async close() {
        await admin.end();
        await databases.drop(database);
      },
    };
  });
});

const tickMs = 10;

/** CPU of a running process, from /proc; undefined without Linux. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
}
