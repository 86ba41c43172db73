BEGIN TRANSACTION;
CREATE TABLE artifact (
  id text primary key, created text not null, updated text not null,
  key text, type text, description text, data text, metadata_ text, flow_run_id text, task_run_id text
) strict;
INSERT INTO "artifact" VALUES('01a22c53-cc38-70fa-a077-745f00bb6cf7','2026-11-30T12:00:19.000000Z','2026-11-30T12:00:19.000000Z','report','markdown',NULL,'"# kept"',NULL,'01a22c53-a528-708e-a374-9d3f563e112d',NULL);
CREATE TABLE artifact_collection (
  id text primary key, created text not null, updated text not null,
  key text not null unique, latest_id text not null references artifact (id)
) strict;
INSERT INTO "artifact_collection" VALUES('01a22c53-cc38-70fb-99cd-2ff56bc2fa38','2026-11-30T12:00:19.000000Z','2026-11-30T12:00:19.000000Z','report','01a22c53-cc38-70fa-a077-745f00bb6cf7');
CREATE TABLE automation (
  id text primary key, created text not null, updated text not null,
  name text not null, description text not null, enabled integer not null, tags text not null,
  trigger text not null, actions text not null, actions_on_trigger text not null, actions_on_resolve text not null,
  heard_from integer not null
, paused_reason text) strict;
CREATE TABLE automation_bucket (
  place text primary key, id text not null, automation_id text not null references automation (id) on delete cascade,
  trigger_id text not null, due text, bucket text not null
) strict;
CREATE TABLE automation_progress (
  id integer primary key, seq integer not null, revision integer not null
) strict;
INSERT INTO "automation_progress" VALUES(1,0,0);
CREATE TABLE automation_rate (
  automation_id text primary key references automation (id) on delete cascade,
  since integer not null, firings integer not null, answers integer not null
) strict;
CREATE TABLE automation_resource (
  resource_id text not null, automation_id text not null references automation (id) on delete cascade,
  owned integer not null,
  primary key (resource_id, automation_id)
) strict, without rowid;
CREATE TABLE automation_task (
  id text primary key, created text not null, due text not null, attempts integer not null,
  automation_id text not null, action text not null, context text not null
) strict;
CREATE TABLE block_document (
  id text primary key, created text not null, updated text not null,
  name text not null, block_type_id text not null references block_type (id) on delete cascade,
  block_schema_id text not null references block_schema (id) on delete cascade,
  is_anonymous integer not null, data text not null, secrets text,
  unique (block_type_id, name)
) strict;
CREATE TABLE block_document_reference (
  parent_id text not null references block_document (id) on delete cascade, name text not null,
  document_id text not null references block_document (id) on delete cascade,
  primary key (parent_id, name)
) strict, without rowid;
CREATE TABLE block_schema (
  id text primary key, created text not null, updated text not null,
  block_type_id text not null references block_type (id) on delete cascade,
  checksum text not null, version text not null, fields text not null, capabilities text not null,
  unique (checksum, version)
) strict;
CREATE TABLE block_type (
  id text primary key, created text not null, updated text not null,
  name text not null, slug text not null unique, logo_url text, documentation_url text,
  description text, code_example text, is_protected integer not null
) strict;
CREATE TABLE change (
  seq integer primary key, noun text not null, kind text not null, flow_run_id text, ids text not null
) strict;
INSERT INTO "change" VALUES(1,'flows','created',NULL,'01a22c53-8db8-7012-a211-6e1926ee1a27');
INSERT INTO "change" VALUES(2,'work-pools','created',NULL,'01a22c53-91a0-7087-b252-e45d8197cabd');
INSERT INTO "change" VALUES(3,'work-queues','created',NULL,'01a22c53-91a0-7088-abab-85e56ecdc8da');
INSERT INTO "change" VALUES(4,'deployments','created',NULL,'01a22c53-9970-707c-960e-e0d6e9c55f35');
INSERT INTO "change" VALUES(5,'variables','created',NULL,'01a22c53-9d58-70a2-84f5-6a4497c462f0');
INSERT INTO "change" VALUES(6,'flow-runs','created',NULL,'01a22c53-a528-708e-a374-9d3f563e112d');
INSERT INTO "change" VALUES(7,'flow-runs','updated',NULL,'01a22c53-a528-708e-a374-9d3f563e112d');
INSERT INTO "change" VALUES(8,'flow-runs','updated',NULL,'01a22c53-a528-708e-a374-9d3f563e112d');
INSERT INTO "change" VALUES(9,'flow-runs','updated',NULL,'01a22c53-a528-708e-a374-9d3f563e112d');
INSERT INTO "change" VALUES(10,'task-runs','created','01a22c53-a528-708e-a374-9d3f563e112d','01a22c53-b8b0-703f-82a7-cdfa3da84a94');
INSERT INTO "change" VALUES(11,'artifacts','created','01a22c53-a528-708e-a374-9d3f563e112d','01a22c53-cc38-70fa-a077-745f00bb6cf7');
INSERT INTO "change" VALUES(12,'flow-runs','created',NULL,'01a22c53-d408-70c7-8eb9-87d088325069');
CREATE TABLE concurrency_limit (
  id text primary key, created text not null, updated text not null,
  name text not null unique, active integer not null, slot_limit integer not null,
  active_slots integer not null, denied_slots integer not null,
  slot_decay_per_second real not null, avg_slot_occupancy_seconds real not null
) strict;
CREATE TABLE configuration (
  key text primary key, created text not null, updated text not null, value text not null
) strict, without rowid;
CREATE TABLE deployment (
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
INSERT INTO "deployment" VALUES('01a22c53-9970-707c-960e-e0d6e9c55f35','2026-11-30T12:00:06.000000Z','2026-11-30T12:00:06.000000Z',1,'01a22c53-8db8-7012-a211-6e1926ee1a27','nightly',NULL,NULL,0,'["a"]','{"prefect.flow.id":"01a22c53-8db8-7012-a211-6e1926ee1a27"}','{}','{}','{}',1,NULL,NULL,'[]','01a22c53-91a0-7088-abab-85e56ecdc8da',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'NOT_READY');
CREATE TABLE deployment_schedule (
  id text primary key, created text not null, updated text not null,
  deployment_id text not null references deployment (id) on delete cascade,
  schedule text not null, active integer not null, max_scheduled_runs integer, parameters text not null, slug text
) strict;
INSERT INTO "deployment_schedule" VALUES('01a22c53-9970-707d-ad10-a980e736e0db','2026-11-30T12:00:06.000000Z','2026-11-30T12:00:06.000000Z','01a22c53-9970-707c-960e-e0d6e9c55f35','{"cron":"0 9 * * *","timezone":"Europe/Berlin","day_or":true}',1,NULL,'{}',NULL);
CREATE TABLE event (
  seq integer primary key, id text not null unique, occurred text not null, received text not null,
  event text not null, resource_id text not null, resource text not null, payload text not null, follows text,
  related_id integer,
  -- 1 for the states of task runs, which are most of all events: they are left out of the index of names.
  recorded integer not null
) strict;
INSERT INTO "event" VALUES(1,'01a22c53-8db8-7013-a9e5-3bfc806c253a','2026-11-30T12:00:03.000000Z','2026-11-30T12:00:03.000000Z','prefect.flow.created','prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27','{"prefect.resource.id":"prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27","prefect.resource.name":"etl"}','{}',NULL,NULL,0);
INSERT INTO "event" VALUES(2,'01a22c53-91a0-7089-843b-d32876232cd9','2026-11-30T12:00:04.000000Z','2026-11-30T12:00:04.000000Z','prefect.work-pool.created','prefect.work-pool.01a22c53-91a0-7087-b252-e45d8197cabd','{"prefect.resource.id":"prefect.work-pool.01a22c53-91a0-7087-b252-e45d8197cabd","prefect.resource.name":"pool"}','{}',NULL,NULL,0);
INSERT INTO "event" VALUES(3,'01a22c53-91a0-708a-97f5-2956eae3a23d','2026-11-30T12:00:04.000000Z','2026-11-30T12:00:04.000000Z','prefect.work-queue.created','prefect.work-queue.01a22c53-91a0-7088-abab-85e56ecdc8da','{"prefect.resource.id":"prefect.work-queue.01a22c53-91a0-7088-abab-85e56ecdc8da","prefect.resource.name":"default"}','{}',NULL,NULL,0);
INSERT INTO "event" VALUES(4,'01a22c53-9970-707e-9463-1617e5d2674a','2026-11-30T12:00:06.000000Z','2026-11-30T12:00:06.000000Z','prefect.deployment.created','prefect.deployment.01a22c53-9970-707c-960e-e0d6e9c55f35','{"prefect.resource.id":"prefect.deployment.01a22c53-9970-707c-960e-e0d6e9c55f35","prefect.resource.name":"nightly"}','{}',NULL,1,0);
INSERT INTO "event" VALUES(5,'01a22c53-9d58-70a3-95ed-802fd81a3062','2026-11-30T12:00:07.000000Z','2026-11-30T12:00:07.000000Z','prefect.variable.created','prefect.variable.01a22c53-9d58-70a2-84f5-6a4497c462f0','{"prefect.resource.id":"prefect.variable.01a22c53-9d58-70a2-84f5-6a4497c462f0","prefect.resource.name":"region"}','{}',NULL,NULL,0);
INSERT INTO "event" VALUES(6,'01a22c53-a528-7090-b162-25c55dac182f','2026-11-30T12:00:09.000000Z','2026-11-30T12:00:09.000000Z','prefect.flow-run.Scheduled','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one","prefect.run-count":"0","prefect.state-message":"","prefect.state-name":"Scheduled","prefect.state-timestamp":"2026-11-30T12:00:09.000000Z","prefect.state-type":"SCHEDULED"}','{"intended":{"from":null,"to":"SCHEDULED"},"initial_state":null,"validated_state":{"type":"SCHEDULED","name":"Scheduled"}}',NULL,2,0);
INSERT INTO "event" VALUES(7,'01a22c53-a910-7025-8934-5982a0c14398','2026-11-30T12:00:10.000000Z','2026-11-30T12:00:10.000000Z','prefect.flow-run.Pending','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one","prefect.run-count":"0","prefect.state-message":"","prefect.state-name":"Pending","prefect.state-timestamp":"2026-11-30T12:00:10.000000Z","prefect.state-type":"PENDING"}','{"intended":{"from":"SCHEDULED","to":"PENDING"},"initial_state":{"type":"SCHEDULED","name":"Scheduled"},"validated_state":{"type":"PENDING","name":"Pending"}}','01a22c53-a528-7090-b162-25c55dac182f',2,0);
INSERT INTO "event" VALUES(8,'01a22c53-a910-7026-bc50-a01e1ae52a2c','2026-11-30T12:00:10.000000Z','2026-11-30T12:00:10.000000Z','praetor.state.forced','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one"}','{"from":{"type":"SCHEDULED","name":"Scheduled","message":null},"to":{"type":"PENDING","name":"Pending","message":null},"by":{"address":null,"user_agent":null}}',NULL,NULL,0);
INSERT INTO "event" VALUES(9,'01a22c53-acf8-70f7-a20e-c02b75fce849','2026-11-30T12:00:11.000000Z','2026-11-30T12:00:11.000000Z','prefect.flow-run.Running','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one","prefect.run-count":"1","prefect.state-message":"","prefect.state-name":"Running","prefect.state-timestamp":"2026-11-30T12:00:11.000000Z","prefect.state-type":"RUNNING"}','{"intended":{"from":"PENDING","to":"RUNNING"},"initial_state":{"type":"PENDING","name":"Pending"},"validated_state":{"type":"RUNNING","name":"Running"}}','01a22c53-a910-7025-8934-5982a0c14398',2,0);
INSERT INTO "event" VALUES(10,'01a22c53-acf8-70f8-9406-f142d9a4ab5c','2026-11-30T12:00:11.000000Z','2026-11-30T12:00:11.000000Z','praetor.state.forced','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one"}','{"from":{"type":"PENDING","name":"Pending","message":null},"to":{"type":"RUNNING","name":"Running","message":null},"by":{"address":null,"user_agent":null}}',NULL,NULL,0);
INSERT INTO "event" VALUES(11,'01a22c53-b0e0-70c8-a5bf-c114935b79c2','2026-11-30T12:00:12.000000Z','2026-11-30T12:00:12.000000Z','prefect.flow-run.Failed','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one","prefect.run-count":"1","prefect.state-message":"","prefect.state-name":"Failed","prefect.state-timestamp":"2026-11-30T12:00:12.000000Z","prefect.state-type":"FAILED"}','{"intended":{"from":"RUNNING","to":"FAILED"},"initial_state":{"type":"RUNNING","name":"Running"},"validated_state":{"type":"FAILED","name":"Failed"}}','01a22c53-acf8-70f7-a20e-c02b75fce849',2,0);
INSERT INTO "event" VALUES(12,'01a22c53-b0e0-70c9-b0e8-859381dc23d8','2026-11-30T12:00:12.000000Z','2026-11-30T12:00:12.000000Z','praetor.state.forced','prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d','{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.name":"failed-one"}','{"from":{"type":"RUNNING","name":"Running","message":null},"to":{"type":"FAILED","name":"Failed","message":null},"by":{"address":null,"user_agent":null}}',NULL,NULL,0);
INSERT INTO "event" VALUES(13,'01a22c53-bc96-7009-9ad6-a00c6679fcbc','2026-11-30T12:00:14.998000Z','2026-11-30T12:00:17.000000Z','prefect.task-run.Running','prefect.task-run.01a22c53-b8b0-703f-82a7-cdfa3da84a94','{"prefect.resource.id":"prefect.task-run.01a22c53-b8b0-703f-82a7-cdfa3da84a94","prefect.resource.name":"load-0","prefect.run-count":"1","prefect.state-message":"","prefect.state-name":"Running","prefect.state-timestamp":"2026-11-30T12:00:14.998000Z","prefect.state-type":"RUNNING","prefect.orchestration":"client"}','{"intended":{"from":null,"to":"RUNNING"},"initial_state":null,"validated_state":{"type":"RUNNING","name":"Running"},"task_run":{"name":"load-0","task_key":"load","dynamic_key":"1","tags":[],"task_inputs":{},"run_count":1,"flow_run_run_count":1,"start_time":"2026-11-30T12:00:14.998000Z"}}',NULL,3,1);
INSERT INTO "event" VALUES(14,'01a22c53-c07f-7076-85f8-210520707465','2026-11-30T12:00:15.999000Z','2026-11-30T12:00:17.000000Z','prefect.task-run.Completed','prefect.task-run.01a22c53-b8b0-703f-82a7-cdfa3da84a94','{"prefect.resource.id":"prefect.task-run.01a22c53-b8b0-703f-82a7-cdfa3da84a94","prefect.resource.name":"load-0","prefect.run-count":"1","prefect.state-message":"","prefect.state-name":"Completed","prefect.state-timestamp":"2026-11-30T12:00:15.999000Z","prefect.state-type":"COMPLETED","prefect.orchestration":"client"}','{"intended":{"from":null,"to":"COMPLETED"},"initial_state":null,"validated_state":{"type":"COMPLETED","name":"Completed"},"task_run":{"name":"load-0","task_key":"load","dynamic_key":"1","tags":[],"task_inputs":{},"run_count":1,"flow_run_run_count":1,"start_time":"2026-11-30T12:00:15.999000Z","end_time":"2026-11-30T12:00:15.999000Z"}}','01a22c53-bc96-7009-9ad6-a00c6679fcbc',3,1);
INSERT INTO "event" VALUES(15,'01a22c53-cc38-70fc-92cc-a55e7dfe1298','2026-11-30T12:00:19.000000Z','2026-11-30T12:00:19.000000Z','prefect.artifact-collection.created','prefect.artifact-collection.01a22c53-cc38-70fb-99cd-2ff56bc2fa38','{"prefect.resource.id":"prefect.artifact-collection.01a22c53-cc38-70fb-99cd-2ff56bc2fa38","prefect.resource.name":"report"}','{}',NULL,NULL,0);
INSERT INTO "event" VALUES(16,'01a22c53-d408-70c9-b5d8-b013169a6855','2026-11-30T12:00:21.000000Z','2026-11-30T12:00:21.000000Z','prefect.flow-run.Scheduled','prefect.flow-run.01a22c53-d408-70c7-8eb9-87d088325069','{"prefect.resource.id":"prefect.flow-run.01a22c53-d408-70c7-8eb9-87d088325069","prefect.resource.name":"scheduled-one","prefect.run-count":"0","prefect.state-message":"","prefect.state-name":"Scheduled","prefect.state-timestamp":"2026-11-30T12:00:21.000000Z","prefect.state-type":"SCHEDULED"}','{"intended":{"from":null,"to":"SCHEDULED"},"initial_state":null,"validated_state":{"type":"SCHEDULED","name":"Scheduled"}}',NULL,4,0);
CREATE TABLE event_related (id integer primary key, related text not null) strict;
INSERT INTO "event_related" VALUES(1,'[{"prefect.resource.id":"prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27","prefect.resource.role":"flow","prefect.resource.name":"etl"},{"prefect.resource.id":"prefect.work-queue.01a22c53-91a0-7088-abab-85e56ecdc8da","prefect.resource.role":"work-queue","prefect.resource.name":"default"},{"prefect.resource.id":"prefect.work-pool.01a22c53-91a0-7087-b252-e45d8197cabd","prefect.resource.role":"work-pool","prefect.resource.name":"pool","prefect.work-pool.type":"process"}]');
INSERT INTO "event_related" VALUES(2,'[{"prefect.resource.id":"prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27","prefect.resource.role":"flow","prefect.resource.name":"etl"},{"prefect.resource.id":"prefect.tag.kept","prefect.resource.role":"tag"}]');
INSERT INTO "event_related" VALUES(3,'[{"prefect.resource.id":"prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d","prefect.resource.role":"flow-run","prefect.resource.name":"failed-one"}]');
INSERT INTO "event_related" VALUES(4,'[{"prefect.resource.id":"prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27","prefect.resource.role":"flow","prefect.resource.name":"etl"}]');
CREATE TABLE event_related_resource (
  resource_id text not null, related_id integer not null, role text not null,
  primary key (resource_id, related_id, role)
) strict, without rowid;
INSERT INTO "event_related_resource" VALUES('prefect.flow-run.01a22c53-a528-708e-a374-9d3f563e112d',3,'flow-run');
INSERT INTO "event_related_resource" VALUES('prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27',1,'flow');
INSERT INTO "event_related_resource" VALUES('prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27',2,'flow');
INSERT INTO "event_related_resource" VALUES('prefect.flow.01a22c53-8db8-7012-a211-6e1926ee1a27',4,'flow');
INSERT INTO "event_related_resource" VALUES('prefect.tag.kept',2,'tag');
INSERT INTO "event_related_resource" VALUES('prefect.work-pool.01a22c53-91a0-7087-b252-e45d8197cabd',1,'work-pool');
INSERT INTO "event_related_resource" VALUES('prefect.work-queue.01a22c53-91a0-7088-abab-85e56ecdc8da',1,'work-queue');
CREATE TABLE failure (
  state_id text primary key, kind text not null, run_id text not null, flow_run_id text,
  occurred text not null, recorded text not null, group_id text
) strict;
INSERT INTO "failure" VALUES('01a22c53-b0e0-70c8-a5bf-c114935b79c2','flow-run','01a22c53-a528-708e-a374-9d3f563e112d','01a22c53-a528-708e-a374-9d3f563e112d','2026-11-30T12:00:12.000000Z','2026-11-30T12:00:12.000000Z',NULL);
CREATE TABLE failure_group (
  id text primary key, created text not null, updated text not null,
  error_type text not null, message text not null, frames text not null,
  status text not null, status_since text not null, regressed text,
  total integer not null, flow_runs integer not null, first_seen text not null, last_seen text not null,
  first_run_id text not null, last_run_id text not null
) strict;
CREATE TABLE failure_hour (
  group_id text not null references failure_group (id) on delete cascade,
  hour text not null, total integer not null,
  primary key (group_id, hour)
) strict, without rowid;
CREATE TABLE failure_touched (
  group_id text not null references failure_group (id) on delete cascade,
  kind text not null, subject text not null, total integer not null,
  primary key (group_id, kind, subject)
) strict, without rowid;
CREATE TABLE flow (
  id text primary key, created text not null, updated text not null, version integer not null,
  name text not null unique, tags text not null, labels text not null
) strict;
INSERT INTO "flow" VALUES('01a22c53-8db8-7012-a211-6e1926ee1a27','2026-11-30T12:00:03.000000Z','2026-11-30T12:00:03.000000Z',1,'etl','[]','{}');
CREATE TABLE flow_run (
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
, attempt_tokens text) strict;
INSERT INTO "flow_run" VALUES('01a22c53-a528-708e-a374-9d3f563e112d','2026-11-30T12:00:09.000000Z','2026-11-30T12:00:12.000000Z',5,'01a22c53-8db8-7012-a211-6e1926ee1a27','failed-one','["kept"]','{"prefect.flow.id":"01a22c53-8db8-7012-a211-6e1926ee1a27"}',NULL,NULL,NULL,NULL,NULL,'{"size":1}',NULL,'{}','{"max_retries":0,"retry_delay_seconds":0,"retries":null,"retry_delay":null,"pause_keys":[],"resuming":false,"retry_type":null}',NULL,0,NULL,NULL,NULL,NULL,'01a22c53-b0e0-70c8-a5bf-c114935b79c2','FAILED','Failed','2026-11-30T12:00:12.000000Z',1,'2026-11-30T12:00:09.000000Z',NULL,'2026-11-30T12:00:11.000000Z','2026-11-30T12:00:12.000000Z',1.0,NULL);
INSERT INTO "flow_run" VALUES('01a22c53-d408-70c7-8eb9-87d088325069','2026-11-30T12:00:21.000000Z','2026-11-30T12:00:21.000000Z',2,'01a22c53-8db8-7012-a211-6e1926ee1a27','scheduled-one','[]','{"prefect.flow.id":"01a22c53-8db8-7012-a211-6e1926ee1a27"}',NULL,NULL,NULL,NULL,NULL,'{}',NULL,'{}','{"max_retries":0,"retry_delay_seconds":0,"retries":null,"retry_delay":null,"pause_keys":[],"resuming":false,"retry_type":null}',NULL,0,NULL,NULL,NULL,NULL,'01a22c53-d408-70c9-b5d8-b013169a6855','SCHEDULED','Scheduled','2026-11-30T12:00:21.000000Z',0,'2026-11-30T12:00:21.000000Z','2026-11-30T12:00:21.000000Z',NULL,NULL,0.0,NULL);
CREATE TABLE flow_run_input (
  id text primary key, created text not null, updated text not null,
  flow_run_id text not null references flow_run (id) on delete cascade,
  key text not null, value text not null, sender text,
  unique (flow_run_id, key)
) strict;
CREATE TABLE flow_run_state (
  id text primary key, flow_run_id text not null references flow_run (id) on delete cascade,
  timestamp text not null, type text not null, name text not null,
  message text, data text, state_details text not null
) strict, without rowid;
INSERT INTO "flow_run_state" VALUES('01a22c53-a528-7090-b162-25c55dac182f','01a22c53-a528-708e-a374-9d3f563e112d','2026-11-30T12:00:09.000000Z','SCHEDULED','Scheduled',NULL,NULL,'{"flow_run_id":"01a22c53-a528-708e-a374-9d3f563e112d","scheduled_time":"2026-11-30T12:00:09.000000Z"}');
INSERT INTO "flow_run_state" VALUES('01a22c53-a910-7025-8934-5982a0c14398','01a22c53-a528-708e-a374-9d3f563e112d','2026-11-30T12:00:10.000000Z','PENDING','Pending',NULL,NULL,'{"flow_run_id":"01a22c53-a528-708e-a374-9d3f563e112d"}');
INSERT INTO "flow_run_state" VALUES('01a22c53-acf8-70f7-a20e-c02b75fce849','01a22c53-a528-708e-a374-9d3f563e112d','2026-11-30T12:00:11.000000Z','RUNNING','Running',NULL,NULL,'{"flow_run_id":"01a22c53-a528-708e-a374-9d3f563e112d"}');
INSERT INTO "flow_run_state" VALUES('01a22c53-b0e0-70c8-a5bf-c114935b79c2','01a22c53-a528-708e-a374-9d3f563e112d','2026-11-30T12:00:12.000000Z','FAILED','Failed',NULL,NULL,'{"flow_run_id":"01a22c53-a528-708e-a374-9d3f563e112d"}');
INSERT INTO "flow_run_state" VALUES('01a22c53-d408-70c9-b5d8-b013169a6855','01a22c53-d408-70c7-8eb9-87d088325069','2026-11-30T12:00:21.000000Z','SCHEDULED','Scheduled',NULL,NULL,'{"flow_run_id":"01a22c53-d408-70c7-8eb9-87d088325069","scheduled_time":"2026-11-30T12:00:21.000000Z"}');
CREATE TABLE flow_run_tag (
  tag text not null, start text not null, flow_run_id text not null references flow_run (id) on delete cascade, state_type text not null default '', state_name text not null default '',
  primary key (tag, start, flow_run_id)
) strict, without rowid;
INSERT INTO "flow_run_tag" VALUES('kept','2026-11-30T12:00:11.000000Z','01a22c53-a528-708e-a374-9d3f563e112d','FAILED','Failed');
CREATE TABLE lease (
  id text primary key, created text not null, expires text, slots integer not null,
  holder_type text, holder_id text
) strict;
CREATE TABLE lease_limit (
  lease_id text not null references lease (id) on delete cascade,
  limit_id text not null references concurrency_limit (id) on delete cascade,
  primary key (lease_id, limit_id)
) strict, without rowid;
CREATE TABLE log (
  seq integer primary key, id text not null unique, created text not null,
  name text not null, level integer not null, message text not null, timestamp text not null,
  flow_run_id text, task_run_id text
) strict;
CREATE TABLE migration
  (number integer primary key, name text not null, checksum text not null, applied text not null) strict;
INSERT INTO "migration" VALUES(1,'first','07d818f60a0cbf10540f3a28fb6b4e4bb6273d99fe0c707f4b1b2aed10ede509','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(2,'deployments','45888e5ba50b5358613c898c6679d0fc36ad2bffdb150d2c619fabde541a5d79','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(3,'blocks','83601321a18b08e29c3c1efa1844a127e0d5608ab9b91cf2dc97ec21830cd1a8','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(4,'automations','c6a067a9eab18b17e33ec5156b56126dac94efbdd82a109f735a4a1fea0d9488','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(5,'tallies','6b79715eeadde4a8ad6398af90ca8409ab1d72294df177310aef13917fbdbbcc','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(6,'extras','fc594fbfab6ec1dc935f306da54e83b328529ca9b5d0e3ec12e3a207c51d2a44','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(7,'services','8bd4bfbf0449994fe34eb87f7fe946552bc78634caad5d9dfefe94c6d52a584e','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(9,'replicas','e92409b2019a54c0331b59a3a0fb88b1f473ded28e257b286183fd279482968c','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(10,'run-pages','56b70a389aa183a60726b8668fa09a301e5c38d22c608118e5bf8ea22a1b03cc','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(11,'early-runs','5c8c04e645489e4c49b359361cf7f55c2b321875b07b59cc3bb4c2c07b472aa9','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(12,'attempt-tokens','30a3a1b06b6572b2f3631f8825dbe2dbacfab18899b611b370eb69f3ddef52dd','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(13,'automation-loops','6ea6bfaa4306dd7cc3c40418503f1fe7f17641b5afc5f38120dbea9a1c5b93c6','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(14,'selected-states','e4260902de02f6239077e6e4e5f5ab4571cdb50be0d3143b369264e213ddf7dc','2026-11-30T12:00:00.000000Z');
INSERT INTO "migration" VALUES(15,'rule-starts','567533b7c08ee4a30259fbf31a79194eac09d3b170ca5686c1d975ea55d84142','2026-11-30T12:00:00.000000Z');
CREATE TABLE replica (id text primary key, seen text not null, last_commit integer not null) strict;
CREATE TABLE run_tally (
  kind text not null, span integer not null, start text not null,
  state_type text not null, state_name text not null,
  runs integer not null, run_time real not null, lateness real not null,
  waiting integer not null, waited real not null,
  primary key (kind, span, start, state_type, state_name)
) strict, without rowid;
INSERT INTO "run_tally" VALUES('flow_run',10,'2026-11-30','FAILED','Failed',1,1000000.0,2000000.0,0,0.0);
INSERT INTO "run_tally" VALUES('flow_run',10,'2026-11-30','SCHEDULED','Scheduled',1,0.0,0.0,1,43221000000.0);
INSERT INTO "run_tally" VALUES('flow_run',15,'2026-11-30T12:0','FAILED','Failed',1,1000000.0,2000000.0,0,0.0);
INSERT INTO "run_tally" VALUES('flow_run',15,'2026-11-30T12:0','SCHEDULED','Scheduled',1,0.0,0.0,1,21000000.0);
INSERT INTO "run_tally" VALUES('flow_run',16,'2026-11-30T12:00','FAILED','Failed',1,1000000.0,2000000.0,0,0.0);
INSERT INTO "run_tally" VALUES('flow_run',16,'2026-11-30T12:00','SCHEDULED','Scheduled',1,0.0,0.0,1,21000000.0);
INSERT INTO "run_tally" VALUES('task_run',10,'2026-11-30','COMPLETED','Completed',1,0.0,0.0,0,0.0);
INSERT INTO "run_tally" VALUES('task_run',15,'2026-11-30T12:0','COMPLETED','Completed',1,0.0,0.0,0,0.0);
INSERT INTO "run_tally" VALUES('task_run',16,'2026-11-30T12:00','COMPLETED','Completed',1,0.0,0.0,0,0.0);
CREATE TABLE saved_search (
  id text primary key, created text not null, updated text not null,
  name text not null unique, filters text not null
) strict;
CREATE TABLE selection (
  id text primary key, created text not null, expires text not null,
  noun text not null, filter text not null, total integer not null, is_whole integer not null,
  verb text, state text, ended text
) strict;
CREATE TABLE selection_row (
  selection_id text not null references selection (id) on delete cascade,
  place integer not null, row_id text not null, name text not null, outcome text, reason text, state_id text,
  primary key (selection_id, place)
) strict, without rowid;
CREATE TABLE task_claim (
  task_run_id text primary key, replica_id text not null references replica (id) on delete cascade
) strict;
CREATE TABLE task_run (
  id text primary key, created text not null, updated text not null, version integer not null,
  flow_run_id text, name text not null, tags text not null, labels text not null,
  task_key text not null, dynamic_key text not null, cache_key text, cache_expiration text,
  task_version text, empirical_policy text not null, task_inputs text not null,
  flow_run_run_count integer not null,
  state_id text, state_type text, state_name text, state_timestamp text,
  run_count integer not null, expected_start_time text, next_scheduled_start_time text,
  start_time text, end_time text, total_run_time real not null
) strict;
INSERT INTO "task_run" VALUES('01a22c53-b8b0-703f-82a7-cdfa3da84a94','2026-11-30T12:00:17.000000Z','2026-11-30T12:00:17.000000Z',1,'01a22c53-a528-708e-a374-9d3f563e112d','load-0','[]','{}','load','1',NULL,NULL,NULL,'{}','{}',1,'01a22c53-c07f-7076-85f8-210520707465','COMPLETED','Completed','2026-11-30T12:00:15.999000Z',1,'2026-11-30T12:00:14.998000Z',NULL,'2026-11-30T12:00:14.998000Z','2026-11-30T12:00:15.999000Z',0.0);
CREATE TABLE task_run_cache (
  cache_key text not null, state_id text not null, cache_expiration text, created text not null,
  primary key (cache_key, created, state_id)
) strict, without rowid;
CREATE TABLE task_run_state (
  task_run_id text not null, timestamp text not null, id text not null, type text not null, name text not null,
  message text, data text, state_details text not null, told integer not null,
  primary key (task_run_id, timestamp, id)
) strict, without rowid;
INSERT INTO "task_run_state" VALUES('01a22c53-b8b0-703f-82a7-cdfa3da84a94','2026-11-30T12:00:14.998000Z','01a22c53-bc96-7009-9ad6-a00c6679fcbc','RUNNING','Running',NULL,NULL,'{}',1);
INSERT INTO "task_run_state" VALUES('01a22c53-b8b0-703f-82a7-cdfa3da84a94','2026-11-30T12:00:15.999000Z','01a22c53-c07f-7076-85f8-210520707465','COMPLETED','Completed',NULL,NULL,'{}',1);
CREATE TABLE variable (
  id text primary key, created text not null, updated text not null,
  name text not null unique, value text not null, tags text not null
) strict;
INSERT INTO "variable" VALUES('01a22c53-9d58-70a2-84f5-6a4497c462f0','2026-11-30T12:00:07.000000Z','2026-11-30T12:00:07.000000Z','region','"eu"','["a"]');
CREATE TABLE work_pool (
  id text primary key, created text not null, updated text not null,
  name text not null unique, description text, type text not null, base_job_template text not null,
  is_paused integer not null, concurrency_limit integer, status text not null, default_queue_id text,
  storage_configuration text not null
) strict;
INSERT INTO "work_pool" VALUES('01a22c53-91a0-7087-b252-e45d8197cabd','2026-11-30T12:00:04.000000Z','2026-11-30T12:00:04.000000Z','pool',NULL,'process','{}',0,NULL,'NOT_READY','01a22c53-91a0-7088-abab-85e56ecdc8da','{"bundle_upload_step":null,"bundle_execution_step":null,"default_result_storage_block_id":null}');
CREATE TABLE work_queue (
  id text primary key, created text not null, updated text not null,
  work_pool_id text not null references work_pool (id) on delete cascade,
  name text not null, description text, is_paused integer not null, concurrency_limit integer,
  priority integer not null, filter text, last_polled text, status text not null,
  unique (work_pool_id, name)
) strict;
INSERT INTO "work_queue" VALUES('01a22c53-91a0-7088-abab-85e56ecdc8da','2026-11-30T12:00:04.000000Z','2026-11-30T12:00:04.000000Z','01a22c53-91a0-7087-b252-e45d8197cabd','default','The work pool''s default queue.',0,NULL,1,NULL,NULL,'NOT_READY');
CREATE TABLE worker (
  id text primary key, created text not null, updated text not null,
  work_pool_id text not null references work_pool (id) on delete cascade,
  name text not null, last_heartbeat_time text, heartbeat_interval_seconds integer, status text not null,
  unique (work_pool_id, name)
) strict;
CREATE INDEX flow_created on flow (created);
CREATE INDEX flow_updated on flow (updated);
CREATE UNIQUE INDEX flow_run_idempotency on flow_run (flow_id, idempotency_key) where idempotency_key is not null;
CREATE INDEX flow_run_sort_time on flow_run (sort_time, id);
CREATE INDEX flow_run_flow on flow_run (flow_id, sort_time, id);
CREATE INDEX flow_run_name on flow_run (name, id);
CREATE INDEX flow_run_expected on flow_run (expected_start_time, id);
CREATE INDEX flow_run_next on flow_run (next_scheduled_start_time, id) where next_scheduled_start_time is not null;
CREATE INDEX flow_run_end on flow_run (end_time, id);
CREATE INDEX flow_run_deployment on flow_run (deployment_id, sort_time) where deployment_id is not null;
CREATE INDEX flow_run_parent on flow_run (parent_task_run_id) where parent_task_run_id is not null;
CREATE INDEX flow_run_tag_run on flow_run_tag (flow_run_id);
CREATE INDEX flow_run_state_run on flow_run_state (flow_run_id, timestamp, type, name);
CREATE UNIQUE INDEX task_run_key on task_run (flow_run_id, task_key, dynamic_key) where flow_run_id is not null;
CREATE INDEX task_run_start on task_run (start_time) where start_time is not null;
CREATE INDEX task_run_expected on task_run (expected_start_time);
CREATE UNIQUE INDEX task_run_state_id on task_run_state (id) where told = 0;
CREATE INDEX log_flow_run on log (flow_run_id, timestamp);
CREATE INDEX log_task_run on log (task_run_id, timestamp) where task_run_id is not null;
CREATE INDEX log_timestamp on log (timestamp);
CREATE INDEX event_occurred on event (occurred);
CREATE INDEX event_name on event (event, occurred) where recorded = 0;
CREATE INDEX event_resource on event (resource_id);
CREATE INDEX event_related_id on event (related_id) where related_id is not null;
CREATE VIEW full_event as
  select event.*,
    coalesce((select related from event_related where event_related.id = event.related_id), '[]') as related
  from event;
CREATE INDEX artifact_key on artifact (key, created) where key is not null;
CREATE INDEX artifact_flow_run on artifact (flow_run_id) where flow_run_id is not null;
CREATE INDEX artifact_task_run on artifact (task_run_id) where task_run_id is not null;
CREATE INDEX artifact_collection_latest on artifact_collection (latest_id);
CREATE INDEX lease_expires on lease (expires) where expires is not null;
CREATE INDEX lease_holder on lease (holder_id) where holder_id is not null;
CREATE INDEX lease_limit_limit on lease_limit (limit_id);
CREATE INDEX deployment_queue on deployment (work_queue_id) where work_queue_id is not null;
CREATE INDEX deployment_name on deployment (name, id);
CREATE INDEX deployment_updated on deployment (updated);
CREATE INDEX deployment_schedule_deployment on deployment_schedule (deployment_id, updated);
CREATE UNIQUE INDEX deployment_schedule_slug on deployment_schedule (deployment_id, slug) where slug is not null;
CREATE INDEX flow_run_queue_due on flow_run (work_queue_id, next_scheduled_start_time, id)
  where next_scheduled_start_time is not null;
CREATE INDEX flow_run_deployment_due on flow_run (deployment_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
CREATE INDEX flow_run_flow_next on flow_run (flow_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
CREATE INDEX task_run_due on task_run (task_key, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
CREATE INDEX block_schema_type on block_schema (block_type_id);
CREATE INDEX block_document_schema on block_document (block_schema_id);
CREATE INDEX block_document_name on block_document (name, id);
CREATE INDEX block_document_reference_document on block_document_reference (document_id);
CREATE INDEX automation_name on automation (name, id);
CREATE INDEX automation_resource_automation on automation_resource (automation_id);
CREATE INDEX automation_bucket_automation on automation_bucket (automation_id);
CREATE INDEX automation_bucket_due on automation_bucket (due) where due is not null;
CREATE INDEX automation_task_due on automation_task (due, id);
CREATE INDEX failure_unfiled on failure (recorded) where group_id is null;
CREATE INDEX failure_group_occurred on failure (group_id, occurred, state_id) where group_id is not null;
CREATE INDEX failure_flow_run on failure (flow_run_id) where flow_run_id is not null;
CREATE INDEX failure_run on failure (run_id);
CREATE INDEX failure_group_last_seen on failure_group (last_seen, id);
CREATE INDEX failure_hour_hour on failure_hour (hour, group_id);
CREATE INDEX failure_touched_subject on failure_touched (kind, subject);
CREATE INDEX selection_expires on selection (expires);
CREATE INDEX selection_row_left on selection_row (selection_id, place) where outcome is null;
CREATE INDEX task_run_alone on task_run (end_time) where flow_run_id is null;
CREATE INDEX replica_seen on replica (seen);
CREATE INDEX task_claim_replica on task_claim (replica_id);
CREATE INDEX flow_run_state_time on flow_run (state_type, state_name, sort_time, id);
CREATE INDEX flow_run_flow_state on flow_run (flow_id, state_type, state_name, sort_time, id);
CREATE INDEX flow_run_deployment_state on flow_run (deployment_id, state_type, state_name, sort_time, id)
  where deployment_id is not null;
CREATE INDEX flow_run_queue_state on flow_run (work_queue_id, state_type, state_name, sort_time, id)
  where work_queue_id is not null;
CREATE INDEX task_run_state_time on task_run (state_type, state_name, expected_start_time, id);
CREATE INDEX flow_run_tag_state on flow_run_tag (tag, state_type, state_name, start, flow_run_id);
CREATE INDEX flow_run_early on flow_run (expected_start_time, id) where start_time < expected_start_time;
COMMIT;
