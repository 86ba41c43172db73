import { RotateCcw, Square, Trash2, X } from "lucide-react";
import { Suspense, useState } from "react";
import type { Selection as FrozenSelection } from "../../schema/selections.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import { runActions } from "../parts/actions/run-actions.ts";
import { isFlowRun, type ListInput, type Run } from "./lists.ts";
import { useFrozenSelection } from "./use-frozen-selection.ts";

const RunBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/run-blast-radius.tsx")).RunBlastRadius,
);
const SelectionDialog = lazyNamed(async () => (await import("./selection-dialog.tsx")).SelectionDialog);

interface Props {
  selection: Selection<Run>;
  loaded: number;
  /** Given where more match than are loaded, and the server can freeze them all. */
  all: ListInput | undefined;
  flowName: (id: string) => string | undefined;
  onDeleted: (ids: readonly string[]) => void;
  /** Something was done to runs that are not loaded. */
  onChanged: () => void;
  /** While a dialog is open, the list beneath it has to stay. */
  onActing: (isActing: boolean) => void;
}

type Verb = "cancel" | "retry" | "delete";

/** What can be done with the chosen runs, or with all that match. */
export function BulkBar({ selection, loaded, all, flowName, onDeleted, onChanged, onActing }: Props) {
  const [verb, setVerb] = useState<Verb | null>(null);
  const [isDone, setDone] = useState(false);
  const { frozen, freeze, error } = useFrozenSelection(all);
  const runs = selection.selected.filter(isFlowRun);
  const act = (next: Verb | null) => {
    setVerb(next);
    onActing(next !== null);
  };
  const close = () => {
    act(null);
    if (!isDone) return;
    if (frozen) onChanged();
    selection.clear();
  };
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-9 z-20 flex justify-center">
      <div
        role="toolbar"
        aria-label="Actions on the selected runs"
        className="pop pointer-events-auto flex items-center gap-1 p-1.5 max-md:flex-wrap max-md:justify-center"
      >
        <span className="px-2">{frozen ? words(frozen) : `${runs.length} selected`}</span>
        {error && <span className="px-2 text-danger">{error}</span>}
        {!frozen && runs.length < loaded && (
          <Button variant="ghost" onClick={selection.all}>
            Select {loaded} loaded
          </Button>
        )}
        {!frozen && freeze && (
          <Button variant="ghost" onClick={freeze}>
            Select all that match
          </Button>
        )}
        <Button variant="ghost" onClick={() => act("cancel")}>
          <Square size={13} />
          Cancel
        </Button>
        <Button variant="ghost" onClick={() => act("retry")}>
          <RotateCcw size={13} />
          Retry
        </Button>
        <Button variant="ghost-danger" onClick={() => act("delete")}>
          <Trash2 size={13} />
          Delete
        </Button>
        <IconButton label="Clear the selection" shortcut="Esc" onClick={selection.clear}>
          <X size={14} />
        </IconButton>
      </div>
      <Suspense fallback={null}>
        {verb && !frozen && (
          <RunBlastRadius
            action={runActions[verb]}
            runs={runs}
            flowName={flowName}
            onClose={close}
            onDone={(ids) => {
              setDone(ids.length > 0);
              if (verb === "delete") onDeleted(ids);
            }}
          />
        )}
        {verb && frozen && (
          <SelectionDialog
            selection={frozen}
            verb={verb}
            action={runActions[verb]}
            onClose={close}
            onDone={() => setDone(true)}
          />
        )}
      </Suspense>
    </div>
  );
}

const words = ({ count, is_whole }: FrozenSelection): string =>
  is_whole
    ? `All ${count.toLocaleString("en")} that match`
    : `The first ${count.toLocaleString("en")} that match`;
