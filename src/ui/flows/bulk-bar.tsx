import { Trash2 } from "lucide-react";
import type { Flow } from "../../schema/flows.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import type { List } from "../lists/list.ts";
import { BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";

const FlowBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/flow-blast-radius.tsx")).FlowBlastRadius,
);

interface Props {
  selection: Selection<Flow>;
  loaded: number;
  list: List<Flow>;
  onActing: (isActing: boolean) => void;
}

const buttons = [{ verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true }] as const;

/** What can be done with the selected flows. */
export function BulkBar({ selection, list, ...rest }: Props) {
  return (
    <Frame
      {...rest}
      {...{ what: "flows", buttons, selected: selection.selected.length }}
      all={undefined}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onSelectAll={selection.all}
      onClear={selection.clear}
      dialog={(_, { onClose, onDone }) => (
        <FlowBlastRadius {...{ onClose, onDone }} targets={selection.selected} />
      )}
    />
  );
}
