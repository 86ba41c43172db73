export const up = `
create table flow (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, version bigint not null,
  name text collate "C" not null unique, tags text collate "C" not null, labels text collate "C" not null
);
create index flow_created on flow (created);
create index flow_updated on flow (updated);

create table flow_run (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, version bigint not null,
  flow_id text collate "C" not null references flow (id),
  name text collate "C" not null, tags text collate "C" not null, labels text collate "C" not null,
  deployment_id text collate "C", deployment_version text collate "C", work_queue_id text collate "C", work_queue_name text collate "C",
  flow_version text collate "C", parameters text collate "C" not null, idempotency_key text collate "C", context text collate "C" not null,
  empirical_policy text collate "C" not null, parent_task_run_id text collate "C", auto_scheduled bigint not null,
  infrastructure_document_id text collate "C", infrastructure_pid text collate "C", created_by text collate "C", job_variables text collate "C",
  state_id text collate "C", state_type text collate "C", state_name text collate "C", state_timestamp text collate "C",
  run_count bigint not null, expected_start_time text collate "C", next_scheduled_start_time text collate "C",
  start_time text collate "C", end_time text collate "C", total_run_time double precision not null,
  sort_time text collate "C" generated always as (coalesce(start_time, expected_start_time)) stored
);
create unique index flow_run_idempotency on flow_run (flow_id, idempotency_key) where idempotency_key is not null;
create index flow_run_sort_time on flow_run (sort_time nulls first, id);
create index flow_run_state_type on flow_run (state_type, sort_time nulls first, id, state_name);
create index flow_run_flow on flow_run (flow_id, sort_time nulls first, id);
create index flow_run_name on flow_run (name, id);
create index flow_run_expected on flow_run (expected_start_time nulls first, id);
create index flow_run_next on flow_run (next_scheduled_start_time, id) where next_scheduled_start_time is not null;
create index flow_run_end on flow_run (end_time nulls first, id);
create index flow_run_deployment on flow_run (deployment_id, sort_time nulls first) where deployment_id is not null;
create index flow_run_parent on flow_run (parent_task_run_id) where parent_task_run_id is not null;

create table flow_run_tag (
  tag text collate "C" not null, start text collate "C" not null, flow_run_id text collate "C" not null references flow_run (id) on delete cascade,
  primary key (tag, start, flow_run_id)
);
create index flow_run_tag_run on flow_run_tag (flow_run_id);

create table flow_run_state (
  id text collate "C" primary key, flow_run_id text collate "C" not null references flow_run (id) on delete cascade,
  timestamp text collate "C" not null, type text collate "C" not null, name text collate "C" not null,
  message text collate "C", data text collate "C", state_details text collate "C" not null
);
create index flow_run_state_run on flow_run_state (flow_run_id, timestamp, type, name);

create table flow_run_input (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  flow_run_id text collate "C" not null references flow_run (id) on delete cascade,
  key text collate "C" not null, value text collate "C" not null, sender text collate "C",
  unique (flow_run_id, key)
);


create table task_run (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, version bigint not null,
  flow_run_id text collate "C", name text collate "C" not null, tags text collate "C" not null, labels text collate "C" not null,
  task_key text collate "C" not null, dynamic_key text collate "C" not null, cache_key text collate "C", cache_expiration text collate "C",
  task_version text collate "C", empirical_policy text collate "C" not null, task_inputs text collate "C" not null,
  flow_run_run_count bigint not null,
  state_id text collate "C", state_type text collate "C", state_name text collate "C", state_timestamp text collate "C",
  run_count bigint not null, expected_start_time text collate "C", next_scheduled_start_time text collate "C",
  start_time text collate "C", end_time text collate "C", total_run_time double precision not null
);
create unique index task_run_key on task_run (flow_run_id, task_key, dynamic_key) where flow_run_id is not null;
create index task_run_start on task_run (start_time) where start_time is not null;
create index task_run_expected on task_run (expected_start_time nulls first);



create table task_run_state (
  task_run_id text collate "C" not null, timestamp text collate "C" not null, id text collate "C" not null, type text collate "C" not null, name text collate "C" not null,
  message text collate "C", data text collate "C", state_details text collate "C" not null, told bigint not null,
  primary key (task_run_id, timestamp, id)
);
create unique index task_run_state_id on task_run_state (id) where told = 0;

create table task_run_cache (
  cache_key text collate "C" not null, state_id text collate "C" not null, cache_expiration text collate "C", created text collate "C" not null,
  primary key (cache_key, created, state_id)
);

create table log (
  seq bigint generated by default as identity primary key, id text collate "C" not null unique, created text collate "C" not null,
  name text collate "C" not null, level bigint not null, message text collate "C" not null, timestamp text collate "C" not null,
  flow_run_id text collate "C", task_run_id text collate "C"
);
create index log_flow_run on log (flow_run_id, timestamp);
create index log_task_run on log (task_run_id, timestamp) where task_run_id is not null;
create index log_timestamp on log (timestamp);

create table event (
  seq bigint generated by default as identity primary key, id text collate "C" not null unique, occurred text collate "C" not null, received text collate "C" not null,
  event text collate "C" not null, resource_id text collate "C" not null, resource text collate "C" not null, payload text collate "C" not null, follows text collate "C",
  related_id bigint,

  recorded bigint not null
);
create index event_occurred on event (occurred);
create index event_name on event (event, occurred) where recorded = 0;
create index event_resource on event (resource_id);
create index event_related_id on event (related_id) where related_id is not null;


create table event_related (id bigint generated by default as identity primary key, related text collate "C" not null);
create table event_related_resource (
  resource_id text collate "C" not null, related_id bigint not null, role text collate "C" not null,
  primary key (resource_id, related_id, role)
);
create view full_event as
  select event.*,
    coalesce((select related from event_related where event_related.id = event.related_id), '[]') as related
  from event;

create table artifact (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  key text collate "C", type text collate "C", description text collate "C", data text collate "C", metadata_ text collate "C", flow_run_id text collate "C", task_run_id text collate "C"
);
create index artifact_key on artifact (key, created) where key is not null;
create index artifact_flow_run on artifact (flow_run_id) where flow_run_id is not null;
create index artifact_task_run on artifact (task_run_id) where task_run_id is not null;
create table artifact_collection (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  key text collate "C" not null unique, latest_id text collate "C" not null references artifact (id)
);
create index artifact_collection_latest on artifact_collection (latest_id);

create table variable (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  name text collate "C" not null unique, value text collate "C" not null, tags text collate "C" not null
);

create table concurrency_limit (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  name text collate "C" not null unique, active bigint not null, slot_limit bigint not null,
  active_slots bigint not null, denied_slots bigint not null,
  slot_decay_per_second double precision not null, avg_slot_occupancy_seconds double precision not null
);
create table lease (
  id text collate "C" primary key, created text collate "C" not null, expires text collate "C", slots bigint not null,
  holder_type text collate "C", holder_id text collate "C"
);
create index lease_expires on lease (expires) where expires is not null;
create index lease_holder on lease (holder_id) where holder_id is not null;
create table lease_limit (
  lease_id text collate "C" not null references lease (id) on delete cascade,
  limit_id text collate "C" not null references concurrency_limit (id) on delete cascade,
  primary key (lease_id, limit_id)
);
create index lease_limit_limit on lease_limit (limit_id);

create table work_pool (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, name text collate "C" not null unique, type text collate "C" not null
);
create table work_queue (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, name text collate "C" not null,
  work_pool_id text collate "C" not null references work_pool (id), priority bigint not null,
  unique (work_pool_id, name)
);
create table deployment (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  flow_id text collate "C" not null references flow (id), name text collate "C" not null, paused bigint not null, tags text collate "C" not null,
  work_queue_id text collate "C" references work_queue (id), work_queue_name text collate "C", concurrency_limit bigint,
  unique (flow_id, name)
);



create table change (
  seq bigint generated by default as identity primary key, noun text collate "C" not null, kind text collate "C" not null, flow_run_id text collate "C", ids text collate "C" not null
);
`;

export { down } from "../migrations/0001-first.ts";
