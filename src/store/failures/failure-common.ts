import { sql } from "kysely";
import type { CommonValue, CommonValues } from "../../schema/failures.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause } from "../sql/dialect.ts";
import { atMost } from "../sql/pages.ts";

// What the failed flow runs of a group have in common, and completed runs of the same flow have not.

/** Runs that are compared, of either kind. */
const mostRuns = 200;
/** Failures among which the runs are looked for: many tasks of one run may have failed. */
const mostFailures = 2000;
/** Characters of the parameters of a run; larger ones are not compared. */
const mostCharacters = 4000;
const longestValue = 200;
const mostValues = 40;

interface RunRow {
  parameters: string | null;
  tags: string;
  flow_version: string | null;
  deployment: string | null;
  work_queue_name: string | null;
}

/** Undefined when there is no such group. */
export async function readCommon(scope: Scope, id: string): Promise<CommonValues | undefined> {
  const group = await scope.first(sql<{ id: string }>`select id from failure_group where id = ${id}`);
  if (!group) return undefined;
  const flow = await scope.first(sql<{ id: string; name: string }>`
    select flow.id, flow.name from failure_touched as touched join flow on flow.id = touched.subject
    where touched.group_id = ${id} and touched.kind = 'flow' order by touched.total desc, flow.id limit 1`);
  const [failed, completed] = await Promise.all([
    readRuns(
      scope,
      sql`run.id in (
      select newest.flow_run_id from (
        select flow_run_id from failure where group_id = ${id} order by occurred desc ${atMost(mostFailures)}
      ) as newest)`,
    ),
    flow
      ? readRuns(
          scope,
          sql`run.flow_id = ${flow.id} and run.state_type = 'COMPLETED' and run.state_name = 'Completed'`,
        )
      : [],
  ]);
  return {
    ...{ failed: failed.length, completed: completed.length, flow: flow ?? null },
    values: compared(failed, completed),
  };
}

const readRuns = (scope: Scope, condition: Clause): Promise<RunRow[]> =>
  scope.all(sql<RunRow>`
    select case when length(run.parameters) <= ${mostCharacters} then run.parameters end as parameters, run.tags,
      run.flow_version, deployment.name as deployment, run.work_queue_name
    from flow_run as run left join deployment on deployment.id = run.deployment_id
    where ${condition} order by run.sort_time desc, run.id desc ${atMost(mostRuns)}`);

/** Values that at least half of the failed runs have, and at least two where there are several. */
function compared(failed: readonly RunRow[], completed: readonly RunRow[]): CommonValue[] {
  const passed = counted(completed);
  const fewest = Math.max(Math.min(2, failed.length), failed.length / 2);
  const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
  const surprise = (one: CommonValue) =>
    share(one.failed, failed.length) - share(one.completed, completed.length);
  return [...counted(failed)]
    .filter(([, { count }]) => count >= fewest)
    .map(([key, { count, ...what }]) => ({ ...what, failed: count, completed: passed.get(key)?.count ?? 0 }))
    .toSorted((a, b) => surprise(b) - surprise(a) || b.failed - a.failed)
    .slice(0, mostValues);
}

type Held = Pick<CommonValue, "kind" | "name" | "value">;

function counted(runs: readonly RunRow[]): Map<string, Held & { count: number }> {
  const counts = new Map<string, Held & { count: number }>();
  for (const run of runs)
    for (const held of valuesOf(run)) {
      const key = JSON.stringify(held);
      const known = counts.get(key) ?? { ...held, count: 0 };
      known.count += 1;
      counts.set(key, known);
    }
  return counts;
}

function valuesOf({ parameters, tags, flow_version, deployment, work_queue_name }: RunRow): Held[] {
  const given: unknown = parameters === null ? {} : JSON.parse(parameters);
  const tagList: unknown = JSON.parse(tags);
  const one = (kind: Held["kind"], value: string | null): Held[] =>
    value === null ? [] : [{ kind, name: "", value: value.slice(0, longestValue) }];
  return [
    ...Object.entries(Object(given)).flatMap(([name, value]): Held[] =>
      isPlain(value)
        ? [
            {
              kind: "parameter",
              name: name.slice(0, longestValue),
              value: textOf(value).slice(0, longestValue),
            },
          ]
        : [],
    ),
    ...(Array.isArray(tagList) ? tagList.flatMap((tag) => one("tag", String(tag))) : []),
    ...one("version", flow_version),
    ...one("deployment", deployment),
    ...one("work-queue", work_queue_name),
  ];
}

/** Lists and objects are equal too rarely to say anything. */
const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
