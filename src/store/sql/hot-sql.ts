// Statements that more than one writer uses. They are text so that they are prepared once.

export const insertEventSql = insertEvent("?");
/** Right after `insertRelatedSql`; `lastId` is PostgreSQL's word for the key that was given there. */
export const insertEventRelatedSql = (lastId: string) => insertEvent(lastId);

export const insertRelatedSql = "insert into event_related (related) values (?)";

export const insertTaskRunStateSql = `insert into task_run_state
  (id, task_run_id, timestamp, type, name, message, data, state_details, told)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`;

export const insertFlowRunStateSql = `insert into flow_run_state
  (id, flow_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

export const insertLeaseSql = `insert into lease (id, slots, holder_type, holder_id, created, expires)
  values (?, ?, ?, ?, ?, ?)`;
export const insertLeaseLimitSql = "insert into lease_limit (lease_id, limit_id) values (?, ?)";
export const deleteLeaseSql = "delete from lease where id = ?";

/** A failure to be put into a group; see `failures/failure-filing.ts`. */
export const insertFailureSql = `insert into failure (state_id, kind, run_id, flow_run_id, occurred, recorded)
  values (?, ?, ?, ?, ?, ?) on conflict (state_id) do nothing`;

/** Continues the log by as many as there are ids; answers the seq. */
export const insertChangesSql = `insert into change (seq, noun, kind, flow_run_id, ids)
  select coalesce(max(seq), 0) + ?, ?, ?, ?, ? from change returning seq`;

function insertEvent(relatedId: string): string {
  return `insert into event
    (id, occurred, event, resource_id, resource, payload, follows, recorded, received, related_id)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ${relatedId}) on conflict (id) do nothing`;
}
