import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fires, scheduleProblem } from "../../rules/schedules.ts";
import { deployments } from "../../schema/deployments.ts";
import { flows } from "../../schema/flows.ts";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import { migrate } from "../admin/migrate.ts";
import { Connection } from "../engine/connection.ts";
import { type Dialect, sqlite } from "../sql/dialect.ts";
import { postgres } from "../sql/postgres-dialect.ts";
import { openStore } from "../store.ts";
import { migrations } from "./all.ts";

/** What is stored before, and after. */
const table: [before: string, timezone: string, after: string][] = [
  [
    "DTSTART:20200101T000000\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20270730T040000Z",
    "America/New_York",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20270730T040000Z",
  ],
  [
    "DTSTART:20260328T100800\nRRULE:FREQ=MINUTELY;INTERVAL=7;UNTIL=20260401T000000Z",
    "Europe/Berlin",
    "DTSTART;TZID=Europe/Berlin:20260328T100800\nRRULE:FREQ=MINUTELY;INTERVAL=7;UNTIL=20260401T000000Z",
  ],
  [
    "dtstart:20260105T093000\nrrule:freq=daily;interval=3;until=20260801T000000z\nexdate:20260108T093000",
    "Australia/Lord_Howe",
    "DTSTART;TZID=Australia/Lord_Howe:20260105T093000\nrrule:freq=daily;interval=3;until=20260801T000000z\nexdate:20260108T093000",
  ],
  [
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20280101T000000Z\nDTSTART:20260131T080000",
    "UTC",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20280101T000000Z\nDTSTART;TZID=UTC:20260131T080000",
  ],
  ...[
    "DTSTART:20260105T093000Z\nRRULE:FREQ=DAILY;UNTIL=20260801T000000Z",
    "DTSTART:20260105T093000\nRRULE:FREQ=DAILY;UNTIL=20260801T000000",
    "DTSTART:20200101T000000\nRRULE:FREQ=DAILY",
    "DTSTART;TZID=US/Eastern:20260105T093000\nRRULE:FREQ=DAILY;UNTIL=20260801T000000Z",
    "FREQ=DAILY;UNTIL=20260801T000000Z",
  ].map((text): [string, string, string] => [text, "Asia/Kathmandu", text]),
];
const cron = { cron: "0 9 * * *", timezone: null, day_or: true };
const day = 86_400_000;
const at = migrations.findIndex(({ name }) => name === "rule-starts");
/** The tables as they are until then. */
const before = migrations[at - 1]?.number ?? 0;

async function mended(path: string, dialect: Dialect) {
  const store = await openStore({ path });
  const { row: flow } = await store.flows.create(flows.create.input.parse({ name: "ruled" }));
  const schedules = table.map((_, at) => ({ schedule: cron, slug: String(at) }));
  const input = {
    name: "ruled",
    flow_id: flow.id,
    schedules: [...schedules, { schedule: cron, slug: "cron" }],
  };
  const { row } = await store.deployments.create(deployments.create.input.parse(input));
  await store.close();
  const connection = new Connection({ path, readOnly: false });
  const now = "2030-01-01T00:00:00.000000Z";
  await migrate(connection, dialect, { now, to: before });
  const steps = table.map(([rrule, timezone], at) => ({
    sql: "update deployment_schedule set schedule = ? where slug = ?",
    values: [JSON.stringify({ rrule, timezone }), String(at)],
    reads: false,
  }));
  await connection.run(steps, { starts: true, ends: "commit", waiting: 0 });
  await migrate(connection, dialect, { now });
  await connection.close();
  const after = await openStore({ path });
  const read = await after.deployments.read(row.id);
  await after.close();
  return new Map(read?.schedules.map(({ slug, schedule }) => [slug, schedule]));
}

function check(found: Awaited<ReturnType<typeof mended>>): void {
  for (const [place, [text, timezone, after]] of table.entries()) {
    expect(found.get(String(place))).toEqual({ rrule: after, timezone });
    expect(scheduleProblem({ rrule: after, timezone })).toBeUndefined();
    for (const from of ["2019-12-01", "2026-03-20", "2027-07-20"]) {
      const options = {
        after: Date.parse(`${from}T00:00Z`),
        limit: 300,
        until: Date.parse(from) + 400 * day,
      };
      const same = fires({ rrule: text, timezone }, options);
      expect(fires({ rrule: after, timezone }, options), text).toEqual(same);
    }
  }
  expect(found.get("cron")).toEqual(cron);
}

describe("rules with a local start and an end in UTC are mended, and fire as before", () => {
  test("on SQLite", async () => {
    const folder = mkdtempSync(join(tmpdir(), "praetor-rules-"));
    check(await mended(join(folder, "praetor.db"), sqlite));
    rmSync(folder, { recursive: true, force: true });
  });
});

await describeOnPostgres("rules with a local start and an end in UTC", (databases) => {
  test("are mended, and fire as before", async () => {
    const database = await databases.create();
    check(await mended(database.url, postgres));
    await databases.drop(database);
  });
});
