import { Pause, RotateCcw, Trash2 } from "lucide-react";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import type { List } from "../lists/list.ts";
import { type BulkButton, BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";
import { type PoolVerb, targetOf } from "./pool-actions.ts";
import type { PoolRow } from "./use-pools.ts";

const PoolBlastRadius = lazyNamed(async () => (await import("./pool-blast-radius.tsx")).PoolBlastRadius);

interface Props {
  selection: Selection<PoolRow>;
  list: List<PoolRow>;
  onActing: (isActing: boolean) => void;
}

const buttons: readonly BulkButton<PoolVerb>[] = [
  { verb: "pause", label: "Pause", icon: <Pause size={13} /> },
  { verb: "resume", label: "Resume", icon: <RotateCcw size={13} /> },
  { verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true },
];

/** What can be done with the selected pools. */
export function BulkBar({ selection, list, onActing }: Props) {
  return (
    <Frame
      {...{ what: "work pools", buttons, selected: selection.selected.length, onActing }}
      loaded={list.rows.length}
      all={undefined}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onSelectAll={selection.all}
      onClear={selection.clear}
      dialog={(verb, { onClose, onDone }) => (
        <PoolBlastRadius {...{ verb, onClose, onDone }} targets={selection.selected.map(targetOf)} />
      )}
    />
  );
}
