/**
 * Failures by what they have in common. A failed state is noted in the transaction that records it; its group is found
 * afterwards, because what Python tells of an error comes with the logs. Those of before are noted here.
 */
export const up = `
create table failure (
  state_id text primary key, kind text not null, run_id text not null, flow_run_id text,
  occurred text not null, recorded text not null, group_id text
) strict;
create index failure_unfiled on failure (recorded) where group_id is null;
create index failure_group_occurred on failure (group_id, occurred, state_id) where group_id is not null;
create index failure_flow_run on failure (flow_run_id) where flow_run_id is not null;
create index failure_run on failure (run_id);

create table failure_group (
  id text primary key, created text not null, updated text not null,
  error_type text not null, message text not null, frames text not null,
  status text not null, status_since text not null, regressed text,
  total integer not null, flow_runs integer not null, first_seen text not null, last_seen text not null,
  first_run_id text not null, last_run_id text not null
) strict;
create index failure_group_last_seen on failure_group (last_seen, id);

create table failure_hour (
  group_id text not null references failure_group (id) on delete cascade,
  hour text not null, total integer not null,
  primary key (group_id, hour)
) strict, without rowid;
create index failure_hour_hour on failure_hour (hour, group_id);

-- kind is flow, deployment or task; a task is named by its key.
create table failure_touched (
  group_id text not null references failure_group (id) on delete cascade,
  kind text not null, subject text not null, total integer not null,
  primary key (group_id, kind, subject)
) strict, without rowid;
create index failure_touched_subject on failure_touched (kind, subject);

-- Rows that were chosen at one moment, and what became of them. A selection is meant for one verb.
create table selection (
  id text primary key, created text not null, expires text not null,
  noun text not null, filter text not null, total integer not null, is_whole integer not null,
  verb text, state text, ended text
) strict;
create index selection_expires on selection (expires);
create table selection_row (
  selection_id text not null references selection (id) on delete cascade,
  place integer not null, row_id text not null, name text not null, outcome text, reason text,
  primary key (selection_id, place)
) strict, without rowid;
create index selection_row_left on selection_row (selection_id, place) where outcome is null;

insert into failure (state_id, kind, run_id, flow_run_id, occurred, recorded)
  select id, 'flow-run', flow_run_id, flow_run_id, timestamp, timestamp
  from flow_run_state where type in ('FAILED', 'CRASHED');
insert into failure (state_id, kind, run_id, flow_run_id, occurred, recorded)
  select state.id, 'task-run', task_run.id, task_run.flow_run_id, state.timestamp, state.timestamp
  from task_run_state as state join task_run on task_run.id = state.task_run_id
  where state.type in ('FAILED', 'CRASHED') on conflict (state_id) do nothing;
`;

export const down = `
drop table selection_row;
drop table selection;
drop table failure_touched;
drop table failure_hour;
drop table failure_group;
drop table failure;
`;
