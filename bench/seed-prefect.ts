import { DatabaseSync } from "node:sqlite";
import { newId } from "../src/schema/ids.ts";
import { type Seeded, seededRuns } from "./seed-runs.ts";

/**
 * Writes the runs of `seedRuns` into the database of a Prefect server that is upgraded and not running: requests for a
 * million would take hours. Prefect fills in omitted columns.
 */
export function seedPrefect(path: string, count: number): void {
  // Runs and states reference each other.
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec("pragma journal_mode = wal; pragma synchronous = off; begin");
  const flows = Array.from({ length: 10 }, () => newId(Date.now()));
  const deployments = Array.from({ length: 5 }, () => newId(Date.now()));
  const insert = (table: string, columns: readonly string[]) =>
    database.prepare(
      `insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`,
    );
  const flow = insert("flow", ["id", "name"]);
  for (const [at, id] of flows.entries()) flow.run(id, `flow-${at}`);
  const deployment = insert("deployment", ["id", "name", "flow_id"]);
  for (const [at, id] of deployments.entries()) deployment.run(id, `deployment-${at}`, flows[at] ?? "");
  const run = insert("flow_run", runColumns);
  const state = insert("flow_run_state", ["id", "flow_run_id", "type", "name", "timestamp"]);
  const seeded: Seeded = { flows, deployments };
  for (const { columns } of seededRuns(count, seeded)) {
    const value = (column: string) => {
      const found = columns[column] ?? null;
      if (column === "total_run_time") return duration(Number(found));
      return times.has(column) ? timeOf(found) : found;
    };
    run.run(...runColumns.map(value));
    state.run(...["state_id", "id", "state_type", "state_name", "state_timestamp"].map(value));
  }
  database.exec("commit; analyze");
  database.close();
}

const times = new Set([
  ...["created", "updated", "state_timestamp", "start_time", "end_time"],
  ...["expected_start_time", "next_scheduled_start_time"],
]);
const runColumns = [
  ...["id", "flow_id", "deployment_id", "name", "tags", "state_id", "state_type", "state_name", "run_count"],
  ...times,
  "total_run_time",
];

const timeOf = (value: unknown) => (value === null ? null : String(value).replace("T", " ").replace("Z", ""));
/** Relative to the start of 1970. */
const duration = (seconds: number) => timeOf(new Date(seconds * 1000).toISOString().replace("Z", "000Z"));
