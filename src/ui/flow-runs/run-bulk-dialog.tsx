import type { BulkFrame } from "../parts/actions/bulk-bar.tsx";
import { type BulkAction, BulkDialog } from "../parts/actions/bulk-dialog.tsx";
import { type ActionTarget, addTags, runActions, setState } from "../parts/actions/run-actions.ts";
import { RunBreakdown } from "../parts/actions/run-blast-radius.tsx";

export type RunBulkVerb = "cancel" | "retry" | "set_state" | "add_tags" | "delete";

const actions: Record<RunBulkVerb, BulkAction<ActionTarget>> = {
  cancel: { action: () => runActions.cancel },
  retry: { action: () => runActions.retry },
  delete: { action: () => runActions.delete },
  set_state: { asks: "state", action: ({ state }) => setState(state) },
  add_tags: { asks: "tags", action: ({ tags }) => addTags(tags) },
};

interface Props extends BulkFrame {
  verb: RunBulkVerb;
  runs: readonly ActionTarget[];
  flowName: (id: string) => string | undefined;
}

/** A verb for many flow runs. */
export function RunBulkDialog({ verb, runs, flowName, ...frame }: Props) {
  return (
    <BulkDialog
      {...{ verb, ...frame }}
      bulk={actions[verb]}
      targets={runs}
      breakdown={(action, taking) => (
        <RunBreakdown runs={taking} flowName={flowName} isDeletion={action === runActions.delete} />
      )}
    />
  );
}
