import { sql } from "kysely";
import type { Selection } from "../../schema/selections.ts";
import { StateType } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import { atMost } from "../sql/pages.ts";
import type { ChosenGroup, ChosenKind } from "./selection-rows.ts";

// Groups the rows of a selection by what decides whether a verb applies: few groups for any number of rows.

const maxSamples = 5;
const maxFlows = 6;

/** Numbers, as both databases have them. */
const flag = (clause: Column): Column => sql`case when ${clause} then 1 else 0 end`;

const stateId: Column = sql`coalesce(flow_run.state_id, task_run.state_id)`;
const traits = {
  is_gone: flag(sql`flow_run.id is null and task_run.id is null and deployment.id is null`),
  has_changed: flag(sql`deployment.id is null and coalesce(flow_run.id, task_run.id) is not null
    and ${stateId} is distinct from chosen.state_id`),
  state_type: sql`coalesce(flow_run.state_type, task_run.state_type)`,
  state_name: sql`coalesce(flow_run.state_name, task_run.state_name)`,
  is_deployed: flag(sql`flow_run.deployment_id is not null`),
  is_paused: flag(sql`deployment.paused = 1`),
} as const satisfies Record<string, Column>;

/** A selection has rows of one noun; the other tables have none of their ids. */
const chosenRows: Column = sql`selection_row as chosen
  left join flow_run on flow_run.id = chosen.row_id
  left join task_run on task_run.id = chosen.row_id
  left join deployment on deployment.id = chosen.row_id`;
const notSettled = (id: string): Clause => sql`chosen.selection_id = ${id} and chosen.outcome is null`;

interface GroupRow {
  place: number;
  id: string;
  name: string;
  is_gone: number;
  has_changed: number;
  state_type: string | null;
  state_name: string | null;
  is_deployed: number;
  is_paused: number;
  count: number;
}

export async function chosenGroups(scope: Scope, id: string): Promise<ChosenGroup[]> {
  const named = Object.entries(traits).map(([name, column]) => sql`${column} as ${sql.ref(name)}`);
  const kind = sql.join(Object.keys(traits).map((name) => sql.ref(name)));
  const rows = await scope.all(sql<GroupRow>`select place, id, name, ${kind}, count from (
    select place, id, name, ${kind}, count(*) over (partition by ${kind}) as count,
      row_number() over (partition by ${kind} order by place) as nth
    from (select chosen.place, chosen.row_id as id, chosen.name, ${sql.join(named)} from ${chosenRows} where ${notSettled(id)}) as each_of_them
    ) as numbered where nth <= ${maxSamples} order by place`);
  const groups = new Map<string, ChosenGroup>();
  for (const { place, id: rowId, name, ...row } of rows) {
    const key = JSON.stringify(row);
    const group = groups.get(key) ?? groupOf(row);
    group.samples.push({ place, id: rowId, name });
    groups.set(key, group);
  }
  return [...groups.values()];
}

const groupOf = (row: Omit<GroupRow, "place" | "id" | "name">): ChosenGroup => ({
  isGone: row.is_gone === 1,
  hasChanged: row.has_changed === 1,
  state_type: row.state_type === null ? null : StateType.parse(row.state_type),
  state_name: row.state_name,
  isDeployed: row.is_deployed === 1,
  isPaused: row.is_paused === 1,
  count: Number(row.count),
  samples: [],
});

export async function flowsOfKinds(
  scope: Scope,
  id: string,
  kinds: readonly ChosenKind[],
): Promise<Selection["flows"]> {
  if (kinds.length === 0) return [];
  // There are any number of names of states, but only a few kinds without them.
  const distinct = new Map(kinds.map((kind) => [JSON.stringify({ ...kind, state_name: null }), kind]));
  const isOneOfThem = sql.join([...distinct.values()].map(isOfKind), sql` or `);
  return scope.all(sql<Selection["flows"][number]>`
    select flow.id, flow.name, count(*) as count
    from ${chosenRows} left join flow_run as around on around.id = task_run.flow_run_id
      join flow on flow.id = coalesce(flow_run.flow_id, deployment.flow_id, around.flow_id)
    where ${notSettled(id)} and (${isOneOfThem})
    group by flow.id, flow.name order by 3 desc, 2 ${atMost(maxFlows)}`);
}

const isOfKind = (kind: ChosenKind): Clause => sql`(${traits.is_gone} = ${Number(kind.isGone)}
  and ${traits.has_changed} = ${Number(kind.hasChanged)} and ${traits.state_type} is not distinct from ${kind.state_type}
  and ${traits.is_deployed} = ${Number(kind.isDeployed)} and ${traits.is_paused} = ${Number(kind.isPaused)})`;
