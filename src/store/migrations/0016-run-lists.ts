/** Subflows, which lists leave out and counts take off; and runs by how long they took. */
export const up = `
create index flow_run_subflow on flow_run (expected_start_time, state_type, state_name)
  where parent_task_run_id is not null;
create index flow_run_duration on flow_run (total_run_time, id);
create index task_run_duration on task_run (total_run_time, id);
`;
export const down = `
drop index flow_run_subflow;
drop index flow_run_duration;
drop index task_run_duration;
`;
