export const up = `
drop table deployment;
drop table work_queue;
drop table work_pool;

create table work_pool (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  name text collate "C" not null unique, description text collate "C", type text collate "C" not null, base_job_template text collate "C" not null,
  is_paused bigint not null, concurrency_limit bigint, status text collate "C" not null, default_queue_id text collate "C",
  storage_configuration text collate "C" not null
);

create table work_queue (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  work_pool_id text collate "C" not null references work_pool (id) on delete cascade,
  name text collate "C" not null, description text collate "C", is_paused bigint not null, concurrency_limit bigint,
  priority bigint not null, filter text collate "C", last_polled text collate "C", status text collate "C" not null,
  unique (work_pool_id, name)
);

create table worker (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  work_pool_id text collate "C" not null references work_pool (id) on delete cascade,
  name text collate "C" not null, last_heartbeat_time text collate "C", heartbeat_interval_seconds bigint, status text collate "C" not null,
  unique (work_pool_id, name)
);


create table deployment (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null, revision bigint not null,
  flow_id text collate "C" not null references flow (id) on delete cascade,
  name text collate "C" not null, version text collate "C", description text collate "C", paused bigint not null,
  tags text collate "C" not null, labels text collate "C" not null, parameters text collate "C" not null, job_variables text collate "C" not null,
  parameter_openapi_schema text collate "C", enforce_parameter_schema bigint not null,
  path text collate "C", entrypoint text collate "C", pull_steps text collate "C",
  work_queue_id text collate "C" references work_queue (id) on delete set null,
  limit_id text collate "C" references concurrency_limit (id) on delete set null, concurrency_options text collate "C",
  storage_document_id text collate "C", infrastructure_document_id text collate "C", created_by text collate "C", updated_by text collate "C",
  last_polled text collate "C", status text collate "C" not null,
  unique (flow_id, name)
);
create index deployment_queue on deployment (work_queue_id) where work_queue_id is not null;
create index deployment_name on deployment (name, id);
create index deployment_updated on deployment (updated);

create table deployment_schedule (
  id text collate "C" primary key, created text collate "C" not null, updated text collate "C" not null,
  deployment_id text collate "C" not null references deployment (id) on delete cascade,
  schedule text collate "C" not null, active bigint not null, max_scheduled_runs bigint, parameters text collate "C" not null, slug text collate "C"
);
create index deployment_schedule_deployment on deployment_schedule (deployment_id, updated);
create unique index deployment_schedule_slug on deployment_schedule (deployment_id, slug) where slug is not null;


create index flow_run_queue_due on flow_run (work_queue_id, next_scheduled_start_time, id)
  where next_scheduled_start_time is not null;
create index flow_run_deployment_due on flow_run (deployment_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
create index flow_run_flow_next on flow_run (flow_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
create index flow_run_queue_state on flow_run (work_queue_id, state_type) where work_queue_id is not null;


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
`;
