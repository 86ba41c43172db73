import type { AutomationTask } from "../../store/records/automation-rows.ts";
import type { Tx } from "../../store/store.ts";
import type { TemplateFunction } from "./templates.ts";

/** The context of an action: transaction, task and template functions. */
export interface ActionContext {
  tx: Tx;
  task: AutomationTask;
  functions: Readonly<Record<string, TemplateFunction>>;
}
