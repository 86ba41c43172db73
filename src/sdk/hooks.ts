import type { StateType } from "../schema/states.ts";
import { errorText } from "./errors.ts";
import type { Run } from "./run.ts";
import type { RunInfo } from "./run-options.ts";
import { type Content, State, type StateView } from "./state.ts";

const longest = 30_000;

/** Hooks by the type of their state. */
export type HookTable<S> = Partial<Record<StateType, readonly Hook<S>[]>>;
type Hook<S> = (subject: S, run: RunInfo, state: State) => unknown;

interface HookOptions<S> {
  onRunning?: Hook<S> | readonly Hook<S>[] | undefined;
  onCompletion?: Hook<S> | readonly Hook<S>[] | undefined;
  onFailure?: Hook<S> | readonly Hook<S>[] | undefined;
  onCancellation?: Hook<S> | readonly Hook<S>[] | undefined;
  onCrashed?: Hook<S> | readonly Hook<S>[] | undefined;
}

/** Undefined without hooks, the usual case. */
export function hookTable<S>(options: HookOptions<S>): HookTable<S> | undefined {
  const table: HookTable<S> = {};
  const put = (type: StateType, hooks: Hook<S> | readonly Hook<S>[] | undefined) => {
    if (hooks !== undefined) table[type] = [hooks].flat();
  };
  put("RUNNING", options.onRunning);
  put("COMPLETED", options.onCompletion);
  put("FAILED", options.onFailure);
  put("CANCELLED", options.onCancellation);
  put("CRASHED", options.onCrashed);
  return Object.keys(table).length > 0 ? table : undefined;
}

/** Runs the hooks of a state one after the other. Errors and timeouts of hooks do not affect the run. */
export async function runHooks<S>(
  table: HookTable<S> | undefined,
  subject: S,
  { run, view, content = {} }: { run: Run; view: StateView; content?: Content<unknown> },
): Promise<void> {
  for (const hook of table?.[view.type] ?? []) {
    // Outside the run's context: states that a hook reads are not marked as observed.
    const state = new State(view, content);
    const { id, name } = run.ref;
    try {
      await within(longest, async () => hook(subject, { id, name, tags: run.tags }, state));
    } catch (error) {
      run.logger.error(`The hook '${hook.name || "anonymous"}' failed: ${errorText(error)}`);
    }
  }
}

function within(ms: number, work: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`It did not end within ${ms / 1000} s.`)), ms);
    work()
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}
