export const up = `
alter table flow_run_tag add column state_type text collate "C" not null default '';
alter table flow_run_tag add column state_name text collate "C" not null default '';
update flow_run_tag set
  state_type = coalesce((select state_type from flow_run where flow_run.id = flow_run_id), ''),
  state_name = coalesce((select state_name from flow_run where flow_run.id = flow_run_id), '');

drop index flow_run_state_type;
drop index flow_run_queue_state;
create index flow_run_state_time on flow_run (state_type, state_name, sort_time nulls first, id);
create index flow_run_flow_state on flow_run (flow_id, state_type, state_name, sort_time nulls first, id);
create index flow_run_deployment_state on flow_run (deployment_id, state_type, state_name, sort_time nulls first, id)
  where deployment_id is not null;
create index flow_run_queue_state on flow_run (work_queue_id, state_type, state_name, sort_time nulls first, id)
  where work_queue_id is not null;
create index task_run_state_time on task_run (state_type, state_name, expected_start_time nulls first, id);
create index flow_run_tag_state on flow_run_tag (tag, state_type, state_name, start, flow_run_id);
`;

export const down = `
drop index flow_run_tag_state;
alter table flow_run_tag drop column state_name;
alter table flow_run_tag drop column state_type;
drop index task_run_state_time;
drop index flow_run_queue_state;
drop index flow_run_deployment_state;
drop index flow_run_flow_state;
drop index flow_run_state_time;
create index flow_run_state_type on flow_run (state_type, sort_time nulls first, id, state_name);
create index flow_run_queue_state on flow_run (work_queue_id, state_type) where work_queue_id is not null;
`;
