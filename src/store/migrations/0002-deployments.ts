/** What the first tables only had a place for: nothing has been able to write into these three until now. */
export const up = `
drop table deployment;
drop table work_queue;
drop table work_pool;

create table work_pool (
  id text primary key, created text not null, updated text not null,
  name text not null unique, description text, type text not null, base_job_template text not null,
  is_paused integer not null, concurrency_limit integer, status text not null, default_queue_id text,
  storage_configuration text not null
) strict;

create table work_queue (
  id text primary key, created text not null, updated text not null,
  work_pool_id text not null references work_pool (id) on delete cascade,
  name text not null, description text, is_paused integer not null, concurrency_limit integer,
  priority integer not null, filter text, last_polled text, status text not null,
  unique (work_pool_id, name)
) strict;

create table worker (
  id text primary key, created text not null, updated text not null,
  work_pool_id text not null references work_pool (id) on delete cascade,
  name text not null, last_heartbeat_time text, heartbeat_interval_seconds integer, status text not null,
  unique (work_pool_id, name)
) strict;

-- revision counts the changes after which runs that wait for their time are made anew.
create table deployment (
  id text primary key, created text not null, updated text not null, revision integer not null,
  flow_id text not null references flow (id) on delete cascade,
  name text not null, version text, description text, paused integer not null,
  tags text not null, labels text not null, parameters text not null, job_variables text not null,
  parameter_openapi_schema text, enforce_parameter_schema integer not null,
  path text, entrypoint text, pull_steps text,
  work_queue_id text references work_queue (id) on delete set null,
  limit_id text references concurrency_limit (id) on delete set null, concurrency_options text,
  storage_document_id text, infrastructure_document_id text, created_by text, updated_by text,
  last_polled text, status text not null,
  unique (flow_id, name)
) strict;
create index deployment_queue on deployment (work_queue_id) where work_queue_id is not null;
create index deployment_name on deployment (name, id);
create index deployment_updated on deployment (updated);

create table deployment_schedule (
  id text primary key, created text not null, updated text not null,
  deployment_id text not null references deployment (id) on delete cascade,
  schedule text not null, active integer not null, max_scheduled_runs integer, parameters text not null, slug text
) strict;
create index deployment_schedule_deployment on deployment_schedule (deployment_id, updated);
create unique index deployment_schedule_slug on deployment_schedule (deployment_id, slug) where slug is not null;

-- Due runs are looked for by queue and by deployment, in the order in which they are due.
create index flow_run_queue_due on flow_run (work_queue_id, next_scheduled_start_time, id)
  where next_scheduled_start_time is not null;
create index flow_run_deployment_due on flow_run (deployment_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
create index flow_run_flow_next on flow_run (flow_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
create index flow_run_queue_state on flow_run (work_queue_id, state_type) where work_queue_id is not null;

-- Task runs that wait for a task worker, by the task.
create index task_run_due on task_run (task_key, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
`;

export const down = `
drop index task_run_due;
drop index flow_run_queue_state;
drop index flow_run_flow_next;
drop index flow_run_deployment_due;
drop index flow_run_queue_due;
drop table deployment_schedule;
drop table deployment;
drop table worker;
drop table work_queue;
drop table work_pool;

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
`;
