import type { AutomationTables } from "./automation-tables.ts";

// The tables as Kysely sees them: text times, JSON as text, booleans as 0 and 1.

interface Row {
  id: string;
  created: string;
  updated: string;
}

interface StateColumns {
  state_id: string | null;
  state_type: string | null;
  state_name: string | null;
  state_timestamp: string | null;
}

export interface TimeColumns {
  run_count: number;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
}

export interface FlowTable extends Row {
  version: number;
  name: string;
  tags: string;
  labels: string;
}

export interface FlowRunTable extends Row, StateColumns, TimeColumns {
  version: number;
  flow_id: string;
  name: string;
  tags: string;
  labels: string;
  deployment_id: string | null;
  deployment_version: string | null;
  work_queue_id: string | null;
  work_queue_name: string | null;
  flow_version: string | null;
  parameters: string;
  idempotency_key: string | null;
  context: string;
  empirical_policy: string;
  parent_task_run_id: string | null;
  auto_scheduled: number;
  infrastructure_document_id: string | null;
  infrastructure_pid: string | null;
  created_by: string | null;
  job_variables: string | null;
  attempt_tokens: string | null;
}

export interface TaskRunTable extends Row, StateColumns, TimeColumns {
  version: number;
  flow_run_id: string | null;
  name: string;
  tags: string;
  labels: string;
  task_key: string;
  dynamic_key: string;
  cache_key: string | null;
  cache_expiration: string | null;
  task_version: string | null;
  empirical_policy: string;
  task_inputs: string;
  flow_run_run_count: number;
}

interface StateTable {
  id: string;
  timestamp: string;
  type: string;
  name: string;
  message: string | null;
  data: string | null;
  state_details: string;
}

export interface LogTable {
  seq: number;
  id: string;
  created: string;
  name: string;
  level: number;
  message: string;
  timestamp: string;
  flow_run_id: string | null;
  task_run_id: string | null;
}

export interface EventTable {
  seq: number;
  id: string;
  occurred: string;
  received: string;
  event: string;
  resource_id: string;
  resource: string;
  payload: string;
  follows: string | null;
  related_id: number | null;
  recorded: number;
}
export interface FullEventTable extends EventTable {
  related: string;
}

export interface ArtifactTable extends Row {
  key: string | null;
  type: string | null;
  description: string | null;
  data: string | null;
  metadata_: string | null;
  flow_run_id: string | null;
  task_run_id: string | null;
}

export interface LimitTable extends Row {
  name: string;
  active: number;
  slot_limit: number;
  active_slots: number;
  denied_slots: number;
  slot_decay_per_second: number;
  avg_slot_occupancy_seconds: number;
}

export interface LeaseTable {
  id: string;
  created: string;
  expires: string | null;
  slots: number;
  holder_type: string | null;
  holder_id: string | null;
}

export interface WorkPoolTable extends Row {
  name: string;
  description: string | null;
  type: string;
  base_job_template: string;
  is_paused: number;
  concurrency_limit: number | null;
  status: string;
  default_queue_id: string | null;
  storage_configuration: string;
}

export interface WorkQueueTable extends Row {
  work_pool_id: string;
  name: string;
  description: string | null;
  is_paused: number;
  concurrency_limit: number | null;
  priority: number;
  filter: string | null;
  last_polled: string | null;
  status: string;
}

export interface WorkerTable extends Row {
  work_pool_id: string;
  name: string;
  last_heartbeat_time: string | null;
  heartbeat_interval_seconds: number | null;
  status: string;
}

export interface DeploymentTable extends Row {
  revision: number;
  flow_id: string;
  name: string;
  version: string | null;
  description: string | null;
  paused: number;
  tags: string;
  labels: string;
  parameters: string;
  job_variables: string;
  parameter_openapi_schema: string | null;
  enforce_parameter_schema: number;
  path: string | null;
  entrypoint: string | null;
  pull_steps: string | null;
  work_queue_id: string | null;
  limit_id: string | null;
  concurrency_options: string | null;
  storage_document_id: string | null;
  infrastructure_document_id: string | null;
  created_by: string | null;
  updated_by: string | null;
  last_polled: string | null;
  status: string;
}

export interface DeploymentScheduleTable extends Row {
  deployment_id: string;
  schedule: string;
  active: number;
  max_scheduled_runs: number | null;
  parameters: string;
  slug: string | null;
  paused_until: string | null;
}

export interface BlockTypeTable extends Row {
  name: string;
  slug: string;
  logo_url: string | null;
  documentation_url: string | null;
  description: string | null;
  code_example: string | null;
  is_protected: number;
}

export interface BlockSchemaTable extends Row {
  block_type_id: string;
  checksum: string;
  version: string;
  fields: string;
  capabilities: string;
}

export interface BlockDocumentTable extends Row {
  name: string;
  block_type_id: string;
  block_schema_id: string;
  is_anonymous: number;
  data: string;
  secrets: string | null;
}

interface FailureTable {
  state_id: string;
  kind: "flow-run" | "task-run";
  run_id: string;
  flow_run_id: string | null;
  occurred: string;
  recorded: string;
  group_id: string | null;
}

export interface FailureGroupTable extends Row {
  error_type: string;
  message: string;
  frames: string;
  status: string;
  status_since: string;
  ignored_until: string | null;
  regressed: string | null;
  total: number;
  flow_runs: number;
  first_seen: string;
  last_seen: string;
  first_run_id: string;
  last_run_id: string;
}

export interface SelectionTable {
  id: string;
  created: string;
  expires: string;
  noun: string;
  filter: string;
  total: number;
  is_whole: number;
  verb: string | null;
  state: string | null;
  ended: string | null;
}

interface SelectionRowTable {
  selection_id: string;
  place: number;
  row_id: string;
  name: string;
  /** State of a flow run when it was selected. */
  state_id: string | null;
  outcome: string | null;
  reason: string | null;
}

export interface Tables extends AutomationTables {
  flow: FlowTable;
  flow_run: FlowRunTable;
  flow_run_tag: { tag: string; start: string; flow_run_id: string; state_type: string; state_name: string };
  flow_run_state: StateTable & { flow_run_id: string };
  flow_run_input: Row & { flow_run_id: string; key: string; value: string; sender: string | null };
  task_run: TaskRunTable;
  task_run_state: StateTable & { task_run_id: string; told: number };
  task_run_cache: { cache_key: string; state_id: string; cache_expiration: string | null; created: string };
  log: LogTable;
  event: EventTable;
  full_event: FullEventTable;
  event_related: { id: number; related: string };
  event_related_resource: { resource_id: string; related_id: number; role: string };
  artifact: ArtifactTable;
  artifact_collection: Row & { key: string; latest_id: string };
  variable: Row & { name: string; value: string; tags: string };
  concurrency_limit: LimitTable;
  lease: LeaseTable;
  occupancy: { owner_id: string; start: string; used: number; waiting: number; wait_seconds: number };
  lease_limit: { lease_id: string; limit_id: string };
  work_pool: WorkPoolTable;
  work_queue: WorkQueueTable;
  worker: WorkerTable;
  deployment: DeploymentTable;
  deployment_schedule: DeploymentScheduleTable;
  block_type: BlockTypeTable;
  block_schema: BlockSchemaTable;
  block_document: BlockDocumentTable;
  block_document_reference: { parent_id: string; name: string; document_id: string };
  configuration: { key: string; created: string; updated: string; value: string };
  saved_search: Row & { name: string; filters: string };
  view_layout: { saved_search_id: string; layout: string };
  failure: FailureTable;
  failure_group: FailureGroupTable;
  failure_hour: { group_id: string; hour: string; total: number };
  failure_touched: { group_id: string; kind: string; subject: string; total: number };
  selection: SelectionTable;
  selection_row: SelectionRowTable;
  task_claim: { task_run_id: string; replica_id: string };
  replica: { id: string; seen: string; last_commit: number };
  change: { seq: number; noun: string; kind: string; flow_run_id: string | null; ids: string };
}
