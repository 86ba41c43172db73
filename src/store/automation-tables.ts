interface AutomationTable {
  id: string;
  created: string;
  updated: string;
  name: string;
  description: string;
  enabled: number;
  tags: string;
  trigger: string;
  actions: string;
  actions_on_trigger: string;
  actions_on_resolve: string;
  heard_from: number;
  paused_reason: "loop" | null;
}

interface AutomationBucketTable {
  place: string;
  id: string;
  automation_id: string;
  trigger_id: string;
  due: string | null;
  bucket: string;
}

interface AutomationTaskTable {
  id: string;
  created: string;
  due: string;
  attempts: number;
  automation_id: string;
  action: string;
  context: string;
}

interface AutomationRateTable {
  automation_id: string;
  /** Milliseconds since the epoch. */
  since: number;
  firings: number;
  answers: number;
}

export interface AutomationTables {
  automation: AutomationTable;
  automation_resource: { resource_id: string; automation_id: string; owned: number };
  automation_bucket: AutomationBucketTable;
  automation_rate: AutomationRateTable;
  automation_task: AutomationTaskTable;
  automation_progress: { id: number; seq: number; revision: number };
}
