import { sql } from "kysely";
import { type Automation, AutomationFilter, type automations } from "../../schema/automations.ts";
import { parseExact } from "../../schema/exact-json.ts";
import type { Parsed } from "../../schema/route.ts";
import type { AutomationTables } from "../automation-tables.ts";
import { differences, reportChange } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { type NameSorted, nameOrders, table } from "../engine/table.ts";
import { noun } from "../noun.ts";
import { clausesOf, fieldsOn } from "../sql/filter.ts";
import { newId } from "../sql/rows.ts";
import { writeBucket } from "./automation-buckets.ts";
import { relatedResources } from "./automation-resources.ts";
import type { ChangedAutomation, Opened } from "./automation-rows.ts";

type Row = AutomationTables["automation"];
type Written = Omit<Parsed<typeof automations.create>, "owner_resource">;

const fields = fieldsOn("automation", AutomationFilter);

export const automationFrom = ({ heard_from: _, ...row }: Row): Automation => ({
  ...row,
  enabled: row.enabled === 1,
  tags: JSON.parse(row.tags),
  trigger: JSON.parse(row.trigger),
  actions: parseExact(row.actions),
  actions_on_trigger: parseExact(row.actions_on_trigger),
  actions_on_resolve: parseExact(row.actions_on_resolve),
});

const { rows, by, readMany, lists } = table<Row, Automation>("automation", { from: automationFrom });
const read = by("id");

export const automationNoun = noun(
  {
    read,
    readMany,
    ...lists<Parsed<typeof automations.count>, NameSorted>({
      clauses: (dialect, { automations: wanted }) => clausesOf(dialect, fields, wanted),
      order: nameOrders("automation"),
    }),
    /** Owned by the resource or acting on it, by name. */
    relatedTo: (scope: Scope, resourceId: string): Promise<Automation[]> =>
      rows(
        scope,
        sql`where id in (select automation_id from automation_resource where resource_id = ${resourceId})
          order by name, id`,
      ),
  },
  {
    /** If enabled, it starts with the buckets `opened` and evaluates events stored from now on. */
    create,
    /** Replaces it; counting starts over. */
    update: (scope: WriteScope, { id, ...next }: ChangedAutomation, opened: Opened): Promise<boolean> =>
      update(scope, id, next, opened),
    /** Does nothing if unchanged. Disabling deletes its buckets. */
    setEnabled,
    /** Disables it and stores the reason; enabling it again starts over. */
    pause,
    delete: async (scope: WriteScope, id: string): Promise<boolean> => {
      const known = await read(scope, id);
      if (known) remove(scope, known);
      return known !== undefined;
    },
    /** How many there were. */
    deleteOwned: removeOwned,
  },
);

async function create(
  scope: WriteScope,
  { owner_resource, ...input }: Parsed<typeof automations.create>,
  opened: Opened,
): Promise<Automation> {
  const row: Row = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    ...columnsOf(input),
    heard_from: await lastEvent(scope),
    paused_reason: null,
  };
  scope.write(scope.dialect.build.insertInto("automation").values(row));
  if (owner_resource) writeResource(scope, row.id, owner_resource, true);
  writeResources(scope, row.id, input, owner_resource ?? undefined);
  if (input.enabled) open(scope, row.id, opened);
  changed(scope, "created", row);
  return automationFrom(row);
}

const columnsOf = (input: Written) => ({
  name: input.name,
  description: input.description,
  enabled: Number(input.enabled),
  tags: JSON.stringify(input.tags),
  trigger: JSON.stringify(input.trigger),
  actions: JSON.stringify(input.actions),
  actions_on_trigger: JSON.stringify(input.actions_on_trigger),
  actions_on_resolve: JSON.stringify(input.actions_on_resolve),
});

async function lastEvent(scope: Scope): Promise<number> {
  const row = await scope.first(sql<{ seq: number }>`select coalesce(max(seq), 0) as seq from event`);
  return row?.seq ?? 0;
}

function open(scope: WriteScope, automation_id: string, opened: Opened): void {
  for (const bucket of opened) writeBucket(scope, { ...bucket, automation_id });
}

function writeResource(scope: WriteScope, automation_id: string, resource_id: string, owned: boolean): void {
  const row = { automation_id, resource_id, owned: Number(owned) };
  scope.write(scope.dialect.build.insertInto("automation_resource").values(row));
}

function writeResources(scope: WriteScope, id: string, input: Written, owner: string | undefined): void {
  for (const resource of relatedResources(input)) {
    if (resource !== owner) writeResource(scope, id, resource, false);
  }
}

async function update(scope: WriteScope, id: string, input: Written, opened: Opened): Promise<boolean> {
  const known = await read(scope, id);
  if (!known) return false;
  const { build } = scope.dialect;
  const paused_reason = input.enabled ? null : (known.paused_reason ?? null);
  const written = { ...columnsOf(input), paused_reason };
  const sets = { ...written, updated: scope.time, heard_from: await lastEvent(scope) };
  scope.write(build.updateTable("automation").set(sets).where("id", "=", id));
  const owner = await scope.first(
    sql<{ resource_id: string }>`select resource_id from automation_resource
      where automation_id = ${id} and owned = 1`,
  );
  scope.write(build.deleteFrom("automation_resource").where("automation_id", "=", id).where("owned", "=", 0));
  writeResources(scope, id, input, owner?.resource_id);
  forgetCounts(scope, id);
  if (input.enabled) open(scope, id, opened);
  changed(scope, "updated", { ...known, ...input }, differences(known, input));
  return true;
}

async function setEnabled(
  scope: WriteScope,
  { id, enabled }: Parsed<typeof automations.setEnabled>,
  opened: Opened,
): Promise<boolean> {
  const known = await read(scope, id);
  if (known?.enabled === enabled) return true;
  if (!known) return false;
  await switchTo(scope, known, { enabled, paused_reason: null });
  if (enabled) open(scope, id, opened);
  return true;
}

async function pause(scope: WriteScope, id: string, paused_reason: "loop"): Promise<boolean> {
  const known = await read(scope, id);
  if (known?.enabled) await switchTo(scope, known, { enabled: false, paused_reason });
  return known !== undefined;
}

interface Switched {
  enabled: boolean;
  paused_reason: "loop" | null;
}

async function switchTo(scope: WriteScope, known: Automation, { enabled, ...why }: Switched): Promise<void> {
  const heard_from = await lastEvent(scope);
  const sets = { enabled: Number(enabled), ...why, updated: scope.time, heard_from };
  scope.write(scope.dialect.build.updateTable("automation").set(sets).where("id", "=", known.id));
  forgetCounts(scope, known.id);
  changed(scope, "updated", known, { enabled: { from: known.enabled, to: enabled } });
}

function forgetCounts(scope: WriteScope, id: string): void {
  const { build } = scope.dialect;
  scope.write(build.deleteFrom("automation_bucket").where("automation_id", "=", id));
  scope.write(build.deleteFrom("automation_rate").where("automation_id", "=", id));
}

/** Answers how many there were. */
export async function removeOwned(scope: WriteScope, resourceId: string): Promise<number> {
  const owned = await rows(
    scope,
    sql`where id in (
      select automation_id from automation_resource where resource_id = ${resourceId} and owned = 1)`,
  );
  for (const known of owned) remove(scope, known);
  return owned.length;
}

function remove(scope: WriteScope, known: Automation): void {
  scope.write(scope.dialect.build.deleteFrom("automation").where("id", "=", known.id));
  changed(scope, "deleted", known);
}

type Told = Parameters<typeof reportChange>[4];

function changed(
  scope: WriteScope,
  verb: "created" | "updated" | "deleted",
  row: Pick<Automation, "id" | "name">,
  updates?: Told,
): void {
  // The revision makes the trigger service reload the automations.
  scope.write({ sql: "update automation_progress set revision = revision + 1", values: [] });
  scope.changed("automations", verb, row.id);
  reportChange(scope, "automation", verb, row, updates);
}
