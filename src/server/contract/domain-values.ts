import fc from "fast-check";
import { fresh, type Rows } from "./rows.ts";
import * as texts from "./texts.ts";

// What the document does not say: which texts mean something, which keys go together, which rows must be there.

/** Stands for the id of a row that is made when the request is sent. */
const kinds = [
  "flow",
  "flowRun",
  "taskRun",
  "deployment",
  "limit",
  "blockSchema",
  "blockType",
  "blockDocument",
] as const;
type Kind = (typeof kinds)[number];
const pathOf = (kind: Kind) =>
  `00000000-0000-4000-8000-0000000000${String(kinds.indexOf(kind)).padStart(2, "0")}`;
const idOf = (kind: Kind) => fc.constant(pathOf(kind));
const idOrNull = (kind: Kind) => fc.constantFrom(pathOf(kind), null);

/** The value with ids of rows in place of what stands for them. */
export async function withRows(body: unknown, rows: Rows): Promise<unknown> {
  const bodyText = JSON.stringify(body) ?? "null";
  const needed = kinds.filter((kind) => bodyText.includes(pathOf(kind)));
  let text = bodyText;
  for (const kind of needed) {
    const row: Record<string, string> = await rows[kind]();
    const { id = "", block_type_id = "" } = row;
    text = text.replaceAll(pathOf(kind), id);
    // A schema comes with its own type.
    if (kind === "blockSchema") text = text.replaceAll(pathOf("blockType"), block_type_id);
  }
  return text === bodyText ? body : JSON.parse(text);
}

const count = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const atLeastOne = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const crons = fc.constantFrom(
  "0 9 * * *",
  "*/5 * * * *",
  "@daily",
  "0 0 29 2 *",
  "0 0 L * *",
  "15 10 * * MON-FRI",
);
const rules = fc.constantFrom(
  "FREQ=DAILY",
  "FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5",
  "DTSTART:20260101T090000\nRRULE:FREQ=HOURLY",
);
const zone = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York");
const zoneOrNull = fc.option(zone);
const jobTemplate = fc.constantFrom<unknown>(
  {},
  {
    job_configuration: { command: "{{ command }}" },
    variables: { type: "object", properties: { command: { type: "string" } } },
  },
);
const label = fc.stringMatching(/^[a-z.]{1,10}$/);
const resourceId = fc.tuple(label, fc.uuid()).map(([kind, id]) => `${kind}.${id}`);
const resource = fc
  .tuple(resourceId, fc.dictionary(label, texts.text, { maxKeys: 2, noNullPrototype: true }))
  .map(([id, labels]) => ({ ...labels, "prefect.resource.id": id }));
const related = fc.tuple(resource, label).map(([each, role]) => ({ ...each, "prefect.resource.role": role }));
const nothingDone = fc.constantFrom<unknown[]>([], [{ type: "do-nothing" }], [{ type: "cancel-flow-run" }]);
const trigger = fc.constantFrom<unknown>(
  { type: "event", posture: "Reactive", expect: ["never.happens"], threshold: 1, within: 0 },
  {
    type: "event",
    posture: "Proactive",
    expect: ["never.happens"],
    after: ["a.b"],
    threshold: 2,
    within: 60,
  },
  {
    type: "event",
    posture: "Reactive",
    match: { a: ["b", "c*"] },
    match_related: [{ a: "!b" }],
    for_each: ["a"],
  },
  ...(["compound", "sequence"] as const).map((type) => ({
    ...{ type, within: 60, ...(type === "compound" && { require: "all" }) },
    triggers: [{ type: "event", posture: "Reactive", expect: ["never.happens"] }],
  })),
);

/** By the name of a schema, by `Owner.key`, or by `.key` in whatever has it. */
export const known: Record<string, fc.Arbitrary<unknown>> = {
  ".flow_id": idOf("flow"),
  ".deployment_id": idOrNull("deployment"),
  ".parent_task_run_id": idOrNull("taskRun"),
  "TaskRunCreate.flow_run_id": idOrNull("flowRun"),
  ".block_type_id": idOf("blockType"),
  "BlockDocumentUpdate.block_schema_id": fc.constant(null),
  "BlockSchemaFilter.block_type_id": fc.constantFrom({ any_: [pathOf("blockType")] }, null),
  "BlockDocumentFilter.block_type_id": fc.constantFrom({ any_: [pathOf("blockType")] }, null),
  ".block_schema_id": idOf("blockSchema"),
  ".global_concurrency_limit_id": idOrNull("limit"),
  ".infrastructure_document_id": idOrNull("blockDocument"),
  ".storage_document_id": idOrNull("blockDocument"),
  ".default_result_storage_block_id": idOrNull("blockDocument"),
  "ServerDefaultResultStorageUpdate.default_result_storage_block_id": idOf("blockDocument"),
  "FlowRunFilter.deployment_id": fc.constantFrom({ any_: [pathOf("deployment")] }, { is_null_: true }, null),
  "FlowRunFilter.parent_task_run_id": fc.constantFrom({ any_: [pathOf("taskRun")] }, null),
  // Names of pools and queues that are not there are refused; properties of their own test those that are.
  ".work_pool_name": fc.constant(null),
  "DeploymentFlowRunCreate.work_queue_name": fc.constant(null),
  "DeploymentUpdate.work_queue_name": fc.constant(null),
  "FlowRunCreate.work_queue_name": fc.constant(null),
  "DeploymentCreate.work_queue_name": fc.option(texts.name),
  "Body.work_queue_names": fc.constant([]),
  "Body.limit": fc.constantFrom(0, 1, 2, 50, 200),
  "Body.page": fc.constantFrom(1, 2, 1000),
  "Body.offset": fc.constantFrom(0, 1, 2 ** 31, 2 ** 53 - 1),
  "Body.flow_run_limit": fc.constantFrom(0, 1, 200),
  "Body.history_start": fc.constant("2026-01-01T00:00:00Z"),
  "Body.history_end": fc.constantFrom("2026-01-02T00:00:00Z", "2026-01-01 00:00:01+00:00"),
  "Body.history_interval_seconds": fc.constantFrom(600, 3600.5, 1e6),
  "Body.key": texts.slug,
  "Body.name": texts.name,
  "WorkQueueUpdate.name": fc.option(texts.name),
  "Body.names": fc.array(texts.name, { maxLength: 3 }),
  "Body.slots": fc.integer({ min: 1, max: 1000 }),
  "Body.occupancy_seconds": fc.constantFrom(0.1, 5, 1e6, null),
  "Body.lease_id": fc.uuid(),
  "Body.min_runs": count,
  "Body.max_runs": fc.constantFrom(0, 1, 50),
  "Body.min_time": fc.constantFrom(0, 3600),
  "Body.start_time": fc.constant("2026-01-01T00:00:00Z"),
  "Body.end_time": fc.constant("2026-01-03T00:00:00Z"),
  "Body.time_unit": fc.constantFrom("week", "day"),
  "Body.time_interval": fc.constantFrom(1, 2.5),
  "Body.heartbeat_interval_seconds": fc.option(fc.integer({ min: 1, max: 3600 })),
  "Body.schema": fc.constant({ type: "object" }),
  CronSchedule: fc.record(
    { cron: crons, timezone: zoneOrNull, day_or: fc.boolean() },
    { requiredKeys: ["cron"], noNullPrototype: true },
  ),
  RRuleSchedule: fc.record(
    { rrule: rules, timezone: zone },
    { requiredKeys: ["rrule"], noNullPrototype: true },
  ),
  "IntervalSchedule.interval": fc.constantFrom(1, 60, 0.5, 86_400, 3600.25),
  "IntervalSchedule.timezone": zoneOrNull,
  ".max_scheduled_runs": fc.constantFrom(1, 50, null),
  "DeploymentScheduleCreate.slug": fc.option(texts.slug),
  "DeploymentScheduleUpdate.slug": fc.option(texts.slug),
  ".replaces": fc.constant(null),
  "BlockTypeCreate.slug": texts.slug,
  "BlockDocumentCreate.name": texts.slug,
  "BlockSchemaCreate.fields": fc.dictionary(label, texts.json, { maxKeys: 2, noNullPrototype: true }),
  // What a pool says of its jobs is checked against what is asked of them.
  "WorkPoolCreate.base_job_template": jobTemplate,
  "WorkPoolUpdate.base_job_template": fc.option(jobTemplate),
  "DeploymentCreate.name": texts.name,
  ".parameter_openapi_schema": fc.constantFrom(null, {}, { type: "object", properties: { a: {} } }),
  "FlowRunUpdate.job_variables": fc.constant(null),
  "ConcurrencyLimitCreate.concurrency_limit": count,
  "ConcurrencyLimitCreate.tag": texts.name,
  "ConcurrencyLimitV2Create.slot_decay_per_second": fc.constantFrom(0, 0.5, 1000),
  "ConcurrencyOptions.grace_period_seconds": fc.constantFrom(60, 86_400, null),
  "WorkQueueUpdate.priority": fc.option(atLeastOne),
  "ArtifactCreate.key": fc.option(texts.slug),
  "ArtifactCreate.type": fc.constantFrom("markdown", "table", "link", "progress", "image", "unknown", null),
  "VariableCreate.name": texts.variableName,
  "VariableUpdate.name": fc.option(texts.variableName),
  Resource: resource,
  RelatedResource: related,
  "Event.event": label,
  EventOccurredFilter: fc.constantFrom(
    { since: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00+01:00" },
    { since: "2026-01-01 00:00:00Z", until: "2026-01-01T00:00:00Z" },
  ),
  "EventTextFilter.query": fc.constantFrom("a", "a b", '"a b" -c +d', "*", "%", ""),
  ".trigger": trigger,
  ".actions": nothingDone,
  ".actions_on_trigger": nothingDone,
  ".actions_on_resolve": nothingDone,
  ".owner_resource": fc.constantFrom("prefect.deployment.x", null),
  "TaskRunPolicy.retry_jitter_factor": fc.constantFrom(0, 0.5, null),
  "StateDetails.cache_key": fc.option(texts.text),
  "TaskRunCreate.cache_key": fc.option(texts.text),
};

/** What one key says of another, and names that are given but once. */
export function fitted(operation: string, body: unknown): unknown {
  return fits[operation]?.(Object(body)) ?? body;
}
type Fit = (body: Record<string, unknown>) => unknown;
const own =
  (key: string): Fit =>
  (body) => ({ ...body, [key]: `${body[key]}${fresh("-")}` });
const renamed: Fit = (body) => (body.name ? own("name")(body) : body);
const fits: Record<string, Fit> = {
  "POST /block_types/": (body) => ({ ...body, name: `${body.name}${fresh("-")}`, slug: fresh("slug") }),
  "POST /deployments/": (body) =>
    body.concurrency_limit ? { ...body, global_concurrency_limit_id: null } : body,
  "PATCH /deployments/{id}": (body) => ({
    ...body,
    ...(Array.isArray(body.schedules) && {
      schedules: body.schedules.map((each) => ({ ...each, schedule: each.schedule ?? { interval: 60 } })),
    }),
    ...(body.concurrency_limit ? { global_concurrency_limit_id: null } : {}),
  }),
  "POST /block_documents/": (body) => ({ ...body, name: fresh("document"), is_anonymous: false }),
  "POST /work_queues/": own("name"),
  "POST /work_pools/": own("name"),
  "POST /v2/concurrency_limits/": own("name"),
  "PATCH /flow_runs/{id}/labels": (body) =>
    Object.fromEntries(
      Object.entries(body).map(([key, value]) => [key, typeof value === "object" ? "x" : value]),
    ),
  "POST /variables/": own("name"),
  "PATCH /variables/{id}": renamed,
  "PATCH /variables/name/{name}": renamed,
};
