/** The parameter under which a task called inside a task names its caller. */
const callers = "__parents__";

interface Upstream {
  input_type: string;
  id?: string;
}

/** Ids of the runs that a task run waited for, and of the task runs that called it. */
export function edgesOf(taskInputs: string): { parents: string[]; within: string[] } {
  const parents: string[] = [];
  const within: string[] = [];
  // Most tasks of a fan-out have no input but the constant ones.
  if (!taskInputs.includes("_run")) return { parents, within };
  const inputs: Record<string, Upstream[]> = JSON.parse(taskInputs);
  for (const [parameter, upstreams] of Object.entries(inputs)) {
    const list = parameter === callers ? within : parents;
    for (const { input_type, id } of upstreams) {
      if (id !== undefined && (input_type === "task_run" || input_type === "flow_run")) list.push(id);
    }
  }
  return { parents, within };
}
