import { Pause, Play, Trash2, X } from "lucide-react";
import { Suspense, useState } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import { type DeploymentAction, deploymentActions, targetOf } from "../parts/actions/deployment-actions.ts";

const DeploymentBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/deployment-blast-radius.tsx")).DeploymentBlastRadius,
);

interface Props {
  selection: Selection<Deployment>;
  loaded: number;
  flowName: (id: string) => string | undefined;
  onDeleted: () => void;
}

/** What can be done with the chosen deployments. */
export function BulkBar({ selection, loaded, flowName, onDeleted }: Props) {
  const [action, setAction] = useState<DeploymentAction | null>(null);
  const [isDone, setDone] = useState(false);
  const { selected } = selection;
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-9 z-20 flex justify-center">
      <div
        role="toolbar"
        aria-label="Actions on the selected deployments"
        className="pop pointer-events-auto flex items-center gap-1 p-1.5 max-md:flex-wrap max-md:justify-center"
      >
        <span className="px-2">{selected.length} selected</span>
        {selected.length < loaded && (
          <Button variant="ghost" onClick={selection.all}>
            Select {loaded} loaded
          </Button>
        )}
        <Button variant="ghost" onClick={() => setAction(deploymentActions.pause)}>
          <Pause size={13} />
          Pause
        </Button>
        <Button variant="ghost" onClick={() => setAction(deploymentActions.resume)}>
          <Play size={13} />
          Resume
        </Button>
        <Button variant="ghost-danger" onClick={() => setAction(deploymentActions.delete)}>
          <Trash2 size={13} />
          Delete
        </Button>
        <IconButton label="Clear the selection" shortcut="Esc" onClick={selection.clear}>
          <X size={14} />
        </IconButton>
      </div>
      <Suspense fallback={null}>
        {action && (
          <DeploymentBlastRadius
            action={action}
            targets={selected.map((row) => targetOf(row, flowName(row.flow_id)))}
            onClose={() => {
              setAction(null);
              if (!isDone) return;
              selection.clear();
              if (action === deploymentActions.delete) onDeleted();
            }}
            onDone={(ids) => setDone(ids.length > 0)}
          />
        )}
      </Suspense>
    </div>
  );
}
