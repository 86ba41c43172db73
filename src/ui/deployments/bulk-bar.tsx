import { Pause, Play, RotateCcw, Tag, Trash2 } from "lucide-react";
import type { Deployment } from "../../schema/deployments.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import type { List } from "../lists/list.ts";
import { type BulkButton, BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";
import { targetOf } from "../parts/actions/deployment-actions.ts";
import type { Matching } from "../parts/actions/use-frozen-selection.ts";
import type { DeploymentBulkVerb } from "./deployment-bulk-dialog.tsx";

const DeploymentBulkDialog = lazyNamed(
  async () => (await import("./deployment-bulk-dialog.tsx")).DeploymentBulkDialog,
);

interface Props {
  selection: Selection<Deployment>;
  loaded: number;
  list: List<Deployment>;
  /** All that match can be meant where the server answers the whole query. */
  compiled: { server: Matching["filter"]; client: readonly unknown[] };
  flowName: (id: string) => string | undefined;
  onActing: (isActing: boolean) => void;
}

const buttons: readonly BulkButton<DeploymentBulkVerb>[] = [
  { verb: "run", label: "Run", icon: <Play size={13} /> },
  { verb: "pause", label: "Pause", icon: <Pause size={13} /> },
  { verb: "resume", label: "Resume", icon: <RotateCcw size={13} /> },
  { verb: "add_tags", label: "Add tags", icon: <Tag size={13} /> },
  { verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true },
];

/** What can be done with the chosen deployments, or with all that match. */
export function BulkBar({ selection, list, compiled, flowName, ...rest }: Props) {
  const isWhole = list.hasMore && compiled.client.length === 0;
  return (
    <Frame
      {...rest}
      {...{ what: "deployments", buttons, selected: selection.selected.length }}
      all={isWhole ? { noun: "deployments", filter: compiled.server } : undefined}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onSelectAll={selection.all}
      onClear={selection.clear}
      dialog={(verb, frame) => (
        <DeploymentBulkDialog
          {...{ verb, ...frame }}
          targets={selection.selected.map((row) => targetOf(row, flowName(row.flow_id)))}
        />
      )}
    />
  );
}
