export const up = `
create table failure (
  state_id text collate "C" primary key, kind text collate "C" not null, run_id text collate "C" not null, flow_run_id text collate "C",
  occurred text collate "C" not null, recorded text collate "C" not null, group_id text collate "C"
);
create index failure_unfiled on failure (recorded) where group_id is null;
create index failure_group_occurred on failure (group_id, occurred, state_id) where group_id is not null;
create index failure_flow_run on failure (flow_run_id) where flow_run_id is not null;
create index failure_run on failure (run_id);

create table failure_group (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  error_type text collate "C" not null, message text collate "C" not null, frames text collate "C" not null,
  status text collate "C" not null, status_since text collate "C" not null, regressed text collate "C",
  total bigint not null, flow_runs bigint not null, first_seen text collate "C" not null, last_seen text collate "C" not null,
  first_run_id text collate "C" not null, last_run_id text collate "C" not null
);
create index failure_group_last_seen on failure_group (last_seen, id);

create table failure_hour (
  group_id text collate "C" not null references failure_group (id) on delete cascade,
  hour text collate "C" not null, total bigint not null,
  primary key (group_id, hour)
);
create index failure_hour_hour on failure_hour (hour, group_id);


create table failure_touched (
  group_id text collate "C" not null references failure_group (id) on delete cascade,
  kind text collate "C" not null, subject text collate "C" not null, total bigint not null,
  primary key (group_id, kind, subject)
);
create index failure_touched_subject on failure_touched (kind, subject);


create table selection (
  id text collate "C" primary key, created text collate "C" not null, expires text collate "C" not null,
  noun text collate "C" not null, filter text collate "C" not null, total bigint not null, is_whole bigint not null,
  verb text collate "C", state text collate "C", ended text collate "C"
);
create index selection_expires on selection (expires);
create table selection_row (
  selection_id text collate "C" not null references selection (id) on delete cascade,
  place bigint not null, row_id text collate "C" not null, name text collate "C" not null, outcome text collate "C", reason text collate "C",
  primary key (selection_id, place)
);
create index selection_row_left on selection_row (selection_id, place) where outcome is null;

insert into failure (state_id, kind, run_id, flow_run_id, occurred, recorded)
  select id, 'flow-run', flow_run_id, flow_run_id, timestamp, timestamp
  from flow_run_state where type in ('FAILED', 'CRASHED');
insert into failure (state_id, kind, run_id, flow_run_id, occurred, recorded)
  select state.id, 'task-run', task_run.id, task_run.flow_run_id, state.timestamp, state.timestamp
  from task_run_state as state join task_run on task_run.id = state.task_run_id
  where state.type in ('FAILED', 'CRASHED') on conflict (state_id) do nothing;
`;

export { down } from "../migrations/0006-extras.ts";
