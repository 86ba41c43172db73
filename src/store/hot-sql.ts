// Statements that more than one writer uses. They are text so that they are prepared once.

export const insertEventSql = `insert into event
  (id, occurred, event, resource_id, resource, payload, follows, recorded, received, related_id)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

export const insertRelatedSql = "insert into event_related (related) values (?)";

export const insertTaskRunStateSql = `insert into task_run_state
  (id, task_run_id, timestamp, type, name, message, data, state_details, told)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`;

export const insertFlowRunStateSql = `insert into flow_run_state
  (id, flow_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

export const insertChangesSql =
  "insert into change (seq, noun, kind, flow_run_id, ids) values (?, ?, ?, ?, ?)";
