import type { AutomationTask } from "../../store/records/automation-rows.ts";
import type { Tx } from "../../store/store.ts";
import type { TemplateFunction } from "./templates.ts";

/** What an action is performed with: the transaction, the task, and the functions that its templates may call. */
export interface ActionContext {
  tx: Tx;
  task: AutomationTask;
  functions: Readonly<Record<string, TemplateFunction>>;
}
