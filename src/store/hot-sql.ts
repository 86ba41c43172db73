// Statements that more than one writer uses. They are text so that they are prepared once.

export const insertEventSql = `insert into event
  (id, occurred, event, resource_id, resource, related, payload, follows, recorded, received)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

const resourceStatements: string[] = [];
export function insertEventResourcesSql(count: number): string {
  resourceStatements[count] ??= `insert into event_resource (resource_id, event_seq, role) values
    ${Array.from({ length: count }, () => "(?, ?, ?)").join(", ")} on conflict do nothing`;
  return resourceStatements[count];
}

export const insertTaskRunStateSql = `insert into task_run_state
  (id, task_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

export const insertFlowRunStateSql = `insert into flow_run_state
  (id, flow_run_id, timestamp, type, name, message, data, state_details)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;
