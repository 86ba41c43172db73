/** Text times and ids sort by time; JSON is text; booleans are 0 and 1. */
export const up = `
create table flow (
  id text primary key, created text not null, updated text not null, version integer not null,
  name text not null unique, tags text not null, labels text not null
) strict;
create index flow_created on flow (created);
create index flow_updated on flow (updated);

create table flow_run (
  id text primary key, created text not null, updated text not null, version integer not null,
  flow_id text not null references flow (id),
  name text not null, tags text not null, labels text not null,
  deployment_id text, deployment_version text, work_queue_id text, work_queue_name text,
  flow_version text, parameters text not null, idempotency_key text, context text not null,
  empirical_policy text not null, parent_task_run_id text, auto_scheduled integer not null,
  infrastructure_document_id text, infrastructure_pid text, created_by text, job_variables text,
  state_id text, state_type text, state_name text, state_timestamp text,
  run_count integer not null, expected_start_time text, next_scheduled_start_time text,
  start_time text, end_time text, total_run_time real not null,
  sort_time text generated always as (coalesce(start_time, expected_start_time)) virtual
) strict;
create unique index flow_run_idempotency on flow_run (flow_id, idempotency_key) where idempotency_key is not null;
create index flow_run_sort_time on flow_run (sort_time, id);
create index flow_run_state_type on flow_run (state_type, sort_time, id, state_name);
create index flow_run_flow on flow_run (flow_id, sort_time, id);
create index flow_run_name on flow_run (name, id);
create index flow_run_expected on flow_run (expected_start_time, id);
create index flow_run_next on flow_run (next_scheduled_start_time, id) where next_scheduled_start_time is not null;
create index flow_run_end on flow_run (end_time, id);
create index flow_run_deployment on flow_run (deployment_id, sort_time) where deployment_id is not null;
create index flow_run_parent on flow_run (parent_task_run_id) where parent_task_run_id is not null;

create table flow_run_tag (
  tag text not null, start text not null, flow_run_id text not null references flow_run (id) on delete cascade,
  primary key (tag, start, flow_run_id)
) strict, without rowid;
create index flow_run_tag_run on flow_run_tag (flow_run_id);

create table flow_run_state (
  id text primary key, flow_run_id text not null references flow_run (id) on delete cascade,
  timestamp text not null, type text not null, name text not null,
  message text, data text, state_details text not null
) strict, without rowid;
create index flow_run_state_run on flow_run_state (flow_run_id, timestamp, type, name);

create table flow_run_input (
  id text primary key, created text not null, updated text not null,
  flow_run_id text not null references flow_run (id) on delete cascade,
  key text not null, value text not null, sender text,
  unique (flow_run_id, key)
) strict;

-- No foreign key to the flow run: the recorder looks itself, so that one stray event cannot fail a batch.
create table task_run (
  id text primary key, created text not null, updated text not null, version integer not null,
  flow_run_id text, name text not null, tags text not null, labels text not null,
  task_key text not null, dynamic_key text not null, cache_key text, cache_expiration text,
  task_version text, empirical_policy text not null, task_inputs text not null,
  flow_run_run_count integer not null,
  state_id text, state_type text, state_name text, state_timestamp text,
  run_count integer not null, expected_start_time text, next_scheduled_start_time text,
  start_time text, end_time text, total_run_time real not null
) strict;
create unique index task_run_key on task_run (flow_run_id, task_key, dynamic_key) where flow_run_id is not null;
create index task_run_start on task_run (start_time) where start_time is not null;
create index task_run_expected on task_run (expected_start_time);

-- In the order of a run's life, so that one tree serves. told is 1 for states that an event of the same id tells:
-- those are found by way of the event, and the ids of the runs are left out of their details.
create table task_run_state (
  task_run_id text not null, timestamp text not null, id text not null, type text not null, name text not null,
  message text, data text, state_details text not null, told integer not null,
  primary key (task_run_id, timestamp, id)
) strict, without rowid;
create unique index task_run_state_id on task_run_state (id) where told = 0;

create table task_run_cache (
  cache_key text not null, state_id text not null, cache_expiration text, created text not null,
  primary key (cache_key, created, state_id)
) strict, without rowid;

create table log (
  seq integer primary key, id text not null unique, created text not null,
  name text not null, level integer not null, message text not null, timestamp text not null,
  flow_run_id text, task_run_id text
) strict;
create index log_flow_run on log (flow_run_id, timestamp);
create index log_task_run on log (task_run_id, timestamp) where task_run_id is not null;
create index log_timestamp on log (timestamp);

create table event (
  seq integer primary key, id text not null unique, occurred text not null, received text not null,
  event text not null, resource_id text not null, resource text not null, payload text not null, follows text,
  related_id integer,
  -- 1 for the states of task runs, which are most of all events: they are left out of the index of names.
  recorded integer not null
) strict;
create index event_occurred on event (occurred);
create index event_name on event (event, occurred) where recorded = 0;
create index event_resource on event (resource_id);
create index event_related_id on event (related_id) where related_id is not null;

-- The related resources of events. All task runs of a flow run have the same ones, so a list of them is kept once.
create table event_related (id integer primary key, related text not null) strict;
create table event_related_resource (
  resource_id text not null, related_id integer not null, role text not null,
  primary key (resource_id, related_id, role)
) strict, without rowid;
create view full_event as
  select event.*,
    coalesce((select related from event_related where event_related.id = event.related_id), '[]') as related
  from event;

create table artifact (
  id text primary key, created text not null, updated text not null,
  key text, type text, description text, data text, metadata_ text, flow_run_id text, task_run_id text
) strict;
create index artifact_key on artifact (key, created) where key is not null;
create index artifact_flow_run on artifact (flow_run_id) where flow_run_id is not null;
create index artifact_task_run on artifact (task_run_id) where task_run_id is not null;
create table artifact_collection (
  id text primary key, created text not null, updated text not null,
  key text not null unique, latest_id text not null references artifact (id)
) strict;
create index artifact_collection_latest on artifact_collection (latest_id);

create table variable (
  id text primary key, created text not null, updated text not null,
  name text not null unique, value text not null, tags text not null
) strict;

create table concurrency_limit (
  id text primary key, created text not null, updated text not null,
  name text not null unique, active integer not null, slot_limit integer not null,
  active_slots integer not null, denied_slots integer not null,
  slot_decay_per_second real not null, avg_slot_occupancy_seconds real not null
) strict;
create table lease (
  id text primary key, created text not null, expires text, slots integer not null,
  holder_type text, holder_id text
) strict;
create index lease_expires on lease (expires) where expires is not null;
create index lease_holder on lease (holder_id) where holder_id is not null;
create table lease_limit (
  lease_id text not null references lease (id) on delete cascade,
  limit_id text not null references concurrency_limit (id) on delete cascade,
  primary key (lease_id, limit_id)
) strict, without rowid;
create index lease_limit_limit on lease_limit (limit_id);

create table work_pool (
  id text primary key, created text not null, updated text not null, name text not null unique, type text not null
) strict;
create table work_queue (
  id text primary key, created text not null, updated text not null, name text not null,
  work_pool_id text not null references work_pool (id), priority integer not null,
  unique (work_pool_id, name)
) strict;
create table deployment (
  id text primary key, created text not null, updated text not null,
  flow_id text not null references flow (id), name text not null, paused integer not null, tags text not null,
  work_queue_id text references work_queue (id), work_queue_name text, concurrency_limit integer,
  unique (flow_id, name)
) strict;

-- What was committed, in order; pruned to the newest entries. An entry holds all changes of one kind that a
-- transaction made within one flow run: its ids are numbered in their order, the last of them has the seq.
create table change (
  seq integer primary key, noun text not null, kind text not null, flow_run_id text, ids text not null
) strict;
`;

export const down = `
drop view full_event;
drop table change;
drop table deployment;
drop table work_queue;
drop table work_pool;
drop table lease_limit;
drop table lease;
drop table concurrency_limit;
drop table variable;
drop table artifact_collection;
drop table artifact;
drop table event_related_resource;
drop table event_related;
drop table event;
drop table log;
drop table task_run_cache;
drop table task_run_state;
drop table task_run;
drop table flow_run_input;
drop table flow_run_state;
drop table flow_run_tag;
drop table flow_run;
drop table flow;
`;
