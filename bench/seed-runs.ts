import { isPostgresUrl } from "../src/schema/database-url.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { newId } from "../src/schema/ids.ts";
import { timestamp } from "../src/schema/scalars.ts";
import { Connection } from "../src/store/engine/connection.ts";
import type { Rows, Step, Value } from "../src/store/engine/protocol.ts";
import { openStore } from "../src/store/store.ts";

const day = 86_400_000;
const perStatement = 400;
const alone = { starts: true, ends: "commit", waiting: 0 } as const;

/** Ids of the runs' flows and deployments. */
export interface Seeded {
  flows: string[];
  deployments: string[];
}

/**
 * So many flow runs of ten flows and five deployments over thirty days. Every run has the tag `all` and one of seven
 * teams, one of ten thousand has `rare`; those with `clean` have all completed. A few hundred are scheduled for tomorrow.
 *
 * The store creates one run, the others are copies of its rows with changed values, and the rollups are
 * computed at the end: the store's own writes would take as long as a million requests.
 */
export async function seedRuns(path: string, count: number): Promise<Seeded> {
  const store = await openStore({ path });
  const flows = await named(
    10,
    async (name) => (await store.flows.create({ name, tags: [], labels: {} })).row.id,
  );
  const [flow_id = ""] = flows;
  const deployments = Array.from({ length: 5 }, () => newId(Date.now()));
  const { row } = await store.flowRuns.create(flowRuns.create.input.parse({ flow_id, tags: ["all"] }));
  await store.close();

  const connection = new Connection({ path, readOnly: false });
  const [model] = await connection.run([reads("select * from flow_run where id = ?", [row.id])]);
  if (!model) throw new Error("the store did not keep the run it was asked to make");
  for (let first = 0; first < count; first += perStatement) {
    const many = Array.from({ length: Math.min(perStatement, count - first) }, (_, at) =>
      runOf(first + at, count, { flows, deployments }),
    );
    await connection.run([copies(model, many), states(many), tags(many)], alone);
  }
  await connection.run([writes("delete from flow_run_tag where flow_run_id = ?", [row.id])], alone);
  await connection.run([writes("delete from flow_run where id = ?", [row.id])], alone);
  await connection.close();

  const counted = await openStore({ path });
  await counted.rollups.rebuild();
  const differences = await counted.rollups.differences();
  if (differences.length > 0) throw new Error(`the tallies differ: ${JSON.stringify(differences[0])}`);
  await counted.close();
  if (isPostgresUrl(path)) await tidied(path);
  return { flows, deployments };
}

/** As the server's background service does. */
async function tidied(path: string): Promise<void> {
  const connection = new Connection({ path, readOnly: false });
  await connection.run([writes("vacuum analyze", [])]);
  await connection.close();
}

const named = <T>(count: number, make: (name: string) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => make(`flow-${at}`)));

type Row = Record<string, Value>;
interface Run {
  columns: Row;
  tags: string[];
}

/** The runs, oldest first. */
export function* seededRuns(count: number, seeded: Seeded): Generator<Run> {
  for (let at = 0; at < count; at += 1) yield runOf(at, count, seeded);
}

function runOf(at: number, count: number, { flows, deployments }: Seeded): Run {
  const waits = at % 5000 === 4999;
  const time = timestamp(Date.now() - (waits ? -day : ((count - at) / count) * 30 * day));
  const [type, name] = waits ? ["SCHEDULED", "Scheduled"] : endOf(at);
  const isClean = type === "COMPLETED" && at % 11 === 0;
  const tags = [
    "all",
    `team-${at % 7}`,
    ...(at % 10_000 === 0 ? ["rare"] : []),
    ...(isClean ? ["clean"] : []),
  ];
  const start = waits ? null : time;
  return {
    tags,
    columns: {
      id: newId(Date.parse(time)),
      flow_id: flows[at % flows.length] ?? "",
      deployment_id: at % 2 ? (deployments[at % deployments.length] ?? "") : null,
      name: `run-${at}`,
      tags: JSON.stringify(tags),
      created: time,
      updated: time,
      state_id: newId(Date.parse(time)),
      state_type: type,
      state_name: name,
      state_timestamp: time,
      run_count: waits ? 0 : 1,
      expected_start_time: time,
      next_scheduled_start_time: waits ? time : null,
      start_time: start,
      end_time: start,
      total_run_time: waits ? 0 : at % 600,
    },
  };
}

function endOf(at: number): [type: string, name: string] {
  if (at % 31 === 0) return ["CRASHED", "Crashed"];
  if (at % 9 === 0) return ["FAILED", at % 2 ? "Failed" : "TimedOut"];
  return ["COMPLETED", at % 13 ? "Completed" : "Cached"];
}

const reads = (sql: string, values: Value[]): Step => ({ sql, values, reads: true });
const writes = (sql: string, values: Value[]): Step => ({ sql, values, reads: false });

function inserts(table: string, columns: readonly string[], rows: readonly Value[][]): Step {
  const places = `(${columns.map(() => "?").join(", ")})`;
  const all = Array(rows.length).fill(places).join(", ");
  return writes(`insert into ${table} (${columns.join(", ")}) values ${all}`, rows.flat());
}

function copies({ columns, rows: [model] }: Rows, runs: readonly Run[]): Step {
  const own = columns.filter((column) => column !== "sort_time");
  const values = runs.map((run) =>
    own.map(
      (column) => (column in run.columns ? run.columns[column] : model?.[columns.indexOf(column)]) ?? null,
    ),
  );
  return inserts("flow_run", own, values);
}

const states = (runs: readonly Run[]): Step =>
  inserts(
    "flow_run_state",
    ["id", "flow_run_id", "timestamp", "type", "name", "message", "data", "state_details"],
    runs.map(({ columns }) => [
      ...[columns.state_id ?? null, columns.id ?? null, columns.state_timestamp ?? null],
      ...[columns.state_type ?? null, columns.state_name ?? null, null, null, "{}"],
    ]),
  );

const tags = (runs: readonly Run[]): Step =>
  inserts(
    "flow_run_tag",
    ["tag", "start", "flow_run_id", "state_type", "state_name"],
    runs.flatMap(({ columns, tags: own }) =>
      own.map((tag) => [
        ...[tag, columns.start_time ?? columns.expected_start_time ?? "", columns.id ?? null],
        ...[columns.state_type ?? null, columns.state_name ?? null],
      ]),
    ),
  );
