import { Pause, Play, Trash2 } from "lucide-react";
import type { Automation } from "../../schema/automations.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import type { List } from "../lists/list.ts";
import { type BulkButton, BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";
import type { AutomationVerb } from "./bulk-dialog.tsx";

const Dialog = lazyNamed(async () => (await import("./bulk-dialog.tsx")).AutomationBulkDialog);

interface Props {
  selection: Selection<Automation>;
  loaded: number;
  list: List<Automation>;
  onActing: (isActing: boolean) => void;
}

const buttons: readonly BulkButton<AutomationVerb>[] = [
  { verb: "pause", label: "Pause", icon: <Pause size={13} /> },
  { verb: "resume", label: "Resume", icon: <Play size={13} /> },
  { verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true },
];

/** What can be done with the chosen automations. */
export function BulkBar({ selection, list, loaded, onActing }: Props) {
  return (
    <Frame
      {...{ loaded, onActing, what: "automations", buttons, selected: selection.selected.length }}
      all={undefined}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onSelectAll={selection.all}
      onClear={selection.clear}
      dialog={(verb, frame) => <Dialog {...{ verb, ...frame }} targets={selection.selected} />}
    />
  );
}
