import { RotateCcw, Square, Trash2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button, IconButton } from "../kit/button.tsx";
import type { Selection } from "../kit/use-selection.ts";
import { type RunAction, runActions } from "../parts/run-actions.ts";
import { isFlowRun, type Run } from "./lists.ts";

const RunBlastRadius = lazy(async () => ({
  default: (await import("../parts/run-blast-radius.tsx")).RunBlastRadius,
}));

interface Props {
  selection: Selection<Run>;
  loaded: number;
  flowName: (id: string) => string | undefined;
  onDeleted: (ids: readonly string[]) => void;
}

/** What can be done with the chosen runs. */
export function BulkBar({ selection, loaded, flowName, onDeleted }: Props) {
  const [action, setAction] = useState<RunAction | null>(null);
  const [isDone, setDone] = useState(false);
  const runs = selection.selected.filter(isFlowRun);
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-9 z-20 flex justify-center">
      <div
        role="toolbar"
        aria-label="Actions on the selected runs"
        className="pop pointer-events-auto flex items-center gap-1 p-1.5 max-md:flex-wrap max-md:justify-center"
      >
        <span className="px-2">{runs.length} selected</span>
        {runs.length < loaded && (
          <Button look="ghost" onClick={selection.all}>
            Select {loaded} loaded
          </Button>
        )}
        <Button look="ghost" onClick={() => setAction(runActions.cancel)}>
          <Square size={13} />
          Cancel
        </Button>
        <Button look="ghost" onClick={() => setAction(runActions.retry)}>
          <RotateCcw size={13} />
          Retry
        </Button>
        <Button look="ghost-danger" onClick={() => setAction(runActions.delete)}>
          <Trash2 size={13} />
          Delete
        </Button>
        <IconButton label="Clear the selection" shortcut="Esc" onClick={selection.clear}>
          <X size={14} />
        </IconButton>
      </div>
      <Suspense fallback={null}>
        {action && (
          <RunBlastRadius
            action={action}
            runs={runs}
            flowName={flowName}
            onClose={() => {
              setAction(null);
              if (isDone) selection.clear();
            }}
            onDone={(ids) => {
              setDone(ids.length > 0);
              if (action === runActions.delete) onDeleted(ids);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
