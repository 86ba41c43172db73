// Statements that more than one writer uses. They are text so that they are prepared once.

const insertEvent = (relatedId: string) => `insert into event
  (id, occurred, event, resource_id, resource, payload, follows, recorded, received, related_id)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ${relatedId}) on conflict (id) do nothing`;
export const insertEventSql = insertEvent("?");
/** Right after `insertRelatedSql`. */
export const insertEventRelatedSql = insertEvent("last_insert_rowid()");

export const insertRelatedSql = "insert into event_related (related) values (?)";
const insertRelatedResources = (
  id: string,
) => `insert into event_related_resource (resource_id, related_id, role)
  select coalesce(value ->> '$."prefect.resource.id"', ''), related.id,
    coalesce(value ->> '$."prefect.resource.role"', '')
  from event_related as related, json_each(related.related) where related.id = ${id} on conflict do nothing`;
/** Files the resources of a list under its id. */
export const insertRelatedResourcesSql = insertRelatedResources("?");
export const insertResourcesOfEventSql = insertRelatedResources(
  "(select related_id from event where event.id = ?)",
);

export const insertTaskRunStateSql = `insert into task_run_state
  (id, task_run_id, timestamp, type, name, message, data, state_details, told)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`;

export const insertFlowRunStateSql = `insert into flow_run_state
  (id, flow_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

/** A failure to be put into a group; see `failure-filing.ts`. */
export const insertFailureSql = `insert into failure (state_id, kind, run_id, flow_run_id, occurred, recorded)
  values (?, ?, ?, ?, ?, ?) on conflict (state_id) do nothing`;

export const insertChangesSql =
  "insert into change (seq, noun, kind, flow_run_id, ids) values (?, ?, ?, ?, ?)";
