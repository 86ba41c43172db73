import type { Recorded, Rows, Step, Value } from "../engine/protocol.ts";
import { arrayText } from "../sql/postgres-text.ts";
import { Lists } from "./postgres-lists.ts";
import { insertedValue, recordedColumns, updatedValue } from "./recorded-columns.ts";
import {
  type Entry,
  flowRunSql,
  keyOf,
  type RunRows,
  type StoredFlowRun,
  type StoredRun,
  storedColumns,
  storedFlowRunOf,
  storedRunOf,
} from "./run-recording.ts";
import {
  type StateBefore,
  statesBefore,
  statesBeforeSql,
  withdrawalSteps,
  withdrawn,
} from "./withdrawals.ts";

const numbers: Partial<Record<(typeof recordedColumns)[number], "bigint" | "double precision">> = {
  flow_run_run_count: "bigint",
  run_count: "bigint",
  total_run_time: "double precision",
};
const said = Object.fromEntries(recordedColumns.map((name) => [name, numbers[name] ?? "text"] as const));
const state = { state_id: "text", state_type: "text", state_name: "text", state_timestamp: "text" } as const;
const keys = { flow_run_id: "text", task_key: "text", dynamic_key: "text" } as const;

const byIdsSql = `select ${storedColumns} from task_run where id = any(cast(? as text[]))`;
const keyLists = new Lists(keys);
const byKeysSql = `select ${storedColumns}, task_run.task_key, task_run.dynamic_key from task_run
  join ${keyLists.from} using (flow_run_id, task_key, dynamic_key)`;
const flowRunsSql = flowRunSql("= any(cast(? as text[]))");
const statesBeforeManySql = statesBeforeSql("task_run_id = any(cast(? as text[]))");

const inserted = new Lists({ id: "text", created: "text", updated: "text", ...keys, ...state, ...said });
const insertSql = `insert into task_run (version, ${inserted.names.join(", ")})
  select 1, ${inserted.names.map((name) => insertedValue(name, `given.${name}`)).join(", ")} from ${inserted.from}`;

const updated = new Lists({ id: "text", ...state, ...said });
const sets = recordedColumns.map(
  (name) => `${name} = ${updatedValue(name, `task_run.${name}`, `given.${name}`)}`,
);
const updateSql = `update task_run set updated = ?, version = version + 1,
  ${Object.keys(state)
    .map((name) => `${name} = given.${name}`)
    .join(", ")}, ${sets.join(", ")}
  from ${updated.from} where task_run.id = given.id`;

const touchSql = "update task_run set version = version + 1 where id = any(cast(? as text[]))";

const states = new Lists({
  ...{ id: "text", task_run_id: "text", timestamp: "text", type: "text", name: "text" },
  ...{ message: "text", data: "text", state_details: "text", told: "bigint" },
});
const insertStatesSql = `insert into task_run_state (${states.names.join(", ")})
  select * from ${states.from} on conflict do nothing`;

const failures = new Lists({
  ...{
    state_id: "text",
    kind: "text",
    run_id: "text",
    flow_run_id: "text",
    occurred: "text",
    recorded: "text",
  },
});
const insertFailuresSql = `insert into failure (${failures.names.join(", ")})
  select * from ${failures.from} on conflict (state_id) do nothing`;

type Row = readonly Value[];

/** Reads rows beforehand and writes them together at the end. */
export class PostgresRows implements RunRows {
  readonly #received: string;
  readonly #byId = new Map<string, StoredRun>();
  readonly #byKey = new Map<string, StoredRun>();
  readonly #flowRuns = new Map<string, StoredFlowRun>();
  #statesBefore: ReadonlyMap<string, StateBefore> = new Map();
  readonly #withdrawals: Step[] = [];
  readonly #states: Row[] = [];
  readonly #failures: Row[] = [];
  readonly #inserted: Row[] = [];
  readonly #updated: Row[] = [];
  readonly #touched: string[] = [];

  constructor(received: string) {
    this.#received = received;
  }

  /** Reads the recorded runs by id. */
  readByIds(records: readonly Recorded[]): Step {
    const ids = [...new Set(records.map(({ id }) => id))];
    return { sql: byIdsSql, values: [arrayText(ids)], reads: true };
  }

  foundByIds(found: Rows | null | undefined): void {
    for (const row of found?.rows ?? []) {
      const run = storedRunOf(row);
      this.#byId.set(run.id, run);
    }
  }

  /** Reads by their keys those that were not found by their ids, and the flow runs they may belong to. */
  readByKeys(records: readonly Recorded[]): Step[] {
    const missing = new Map(
      records
        .filter(({ id, flow_run_id }) => flow_run_id && !this.#byId.has(id))
        .map((record) => [record.id, record]),
    );
    if (missing.size === 0) return [];
    const wanted = Array.from(missing.values(), (run) => [run.flow_run_id, run.task_key, run.dynamic_key]);
    const flowRuns = [...new Set(wanted.map(([flowRun]) => flowRun))];
    return [
      { sql: byKeysSql, values: keyLists.values(wanted), reads: true },
      { sql: flowRunsSql, values: [arrayText(flowRuns)], reads: true },
    ];
  }

  foundByKeys([runs, flowRuns]: readonly (Rows | null)[]): void {
    for (const row of runs?.rows ?? []) {
      const run = storedRunOf(row);
      const [task_key, dynamic_key] = row.slice(-2).map(String);
      this.#byKey.set(
        keyOf({ flow_run_id: run.flowRunId, task_key: task_key ?? "", dynamic_key: dynamic_key ?? "" }),
        run,
      );
    }
    this.foundFlowRuns(flowRuns);
  }

  readFlowRuns(ids: readonly string[]): Step {
    return { sql: flowRunsSql, values: [arrayText(ids)], reads: true };
  }

  foundFlowRuns(found: Rows | null | undefined): void {
    for (const row of found?.rows ?? []) this.#flowRuns.set(String(row[0]), storedFlowRunOf(row));
  }

  /** The previous states of runs whose inferred state may be withdrawn. */
  readStatesBefore(): Step | undefined {
    const runs = [...this.#byId.values(), ...this.#byKey.values()].filter(({ isInferred }) => isInferred);
    if (runs.length === 0) return undefined;
    return { sql: statesBeforeManySql, values: [arrayText(runs.map(({ id }) => id))], reads: true };
  }

  foundStatesBefore(found: Rows | null | undefined): void {
    this.#statesBefore = statesBefore(found?.rows ?? []);
  }

  stored(entry: Entry): StoredRun | undefined {
    return this.#byId.get(entry.id) ?? (entry.flow_run_id ? this.#byKey.get(keyOf(entry)) : undefined);
  }

  flowRun(id: string): StoredFlowRun | undefined {
    return this.#flowRuns.get(id);
  }

  withdraw(run: StoredRun): StoredRun | undefined {
    const before = this.#statesBefore.get(run.id);
    if (!before) return undefined;
    const after = withdrawn(run, before);
    this.#withdrawals.push(...withdrawalSteps(run, after, this.#received));
    return after;
  }

  insertState(values: Row): void {
    this.#states.push(values);
  }

  insertFailure(values: Row): void {
    this.#failures.push(values);
  }

  insertRun(values: Row): void {
    this.#inserted.push(values);
  }

  updateRun({ id }: StoredRun, state: Row, values: Row): void {
    this.#updated.push([id, ...state, ...values]);
  }

  touchRun(id: string): void {
    this.#touched.push(id);
  }

  /** Nothing is cached: another replica may write next. */
  wrote(): void {}

  writes(): Step[] {
    const step = (sql: string, rows: readonly unknown[], values: readonly Value[]): Step[] =>
      rows.length > 0 ? [{ sql, values, reads: false }] : [];
    return [
      ...this.#withdrawals,
      ...step(insertSql, this.#inserted, inserted.values(this.#inserted)),
      ...step(updateSql, this.#updated, [this.#received, ...updated.values(this.#updated)]),
      ...step(touchSql, this.#touched, [arrayText(this.#touched)]),
      ...step(insertStatesSql, this.#states, states.values(this.#states)),
      ...step(insertFailuresSql, this.#failures, failures.values(this.#failures)),
    ];
  }
}
