// Statements that more than one writer uses. They are text so that they are prepared once.

export const insertEventSql = `insert into event
  (id, occurred, event, resource_id, resource, related, payload, follows, received)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

export const insertEventResourceSql =
  "insert into event_resource (resource_id, event_seq, role) values (?, ?, ?) on conflict do nothing";

export const insertTaskRunStateSql = `insert into task_run_state
  (id, task_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

export const insertFlowRunStateSql = `insert into flow_run_state
  (id, flow_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;
