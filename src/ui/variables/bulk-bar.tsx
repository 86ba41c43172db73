import { Trash2 } from "lucide-react";
import type { Variable } from "../../schema/variables.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import type { List } from "../lists/list.ts";
import { type BulkButton, BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";

const DeleteVariables = lazyNamed(async () => (await import("./delete-variables.tsx")).DeleteVariables);

interface Props {
  selection: Selection<Variable>;
  loaded: number;
  list: List<Variable>;
  onActing: (isActing: boolean) => void;
}

const buttons: readonly BulkButton<"delete">[] = [
  { verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true },
];

/** What can be done with the chosen variables. */
export function BulkBar({ selection, list, ...rest }: Props) {
  return (
    <Frame
      {...rest}
      {...{ what: "variables", buttons, selected: selection.selected.length }}
      all={undefined}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onSelectAll={selection.all}
      onClear={selection.clear}
      dialog={(_, { onClose, onDone }) => (
        <DeleteVariables targets={selection.selected} onClose={onClose} onDone={onDone} />
      )}
    />
  );
}
