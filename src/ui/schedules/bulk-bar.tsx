import { Clock, Pause, Play, Trash2 } from "lucide-react";
import { useIsPraetor } from "../api.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import type { List } from "../lists/list.ts";
import { type BulkButton, BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";
import type { ScheduleVerb } from "./actions.ts";
import type { ScheduleRow } from "./rows.ts";

const ScheduleDialog = lazyNamed(async () => (await import("./schedule-dialog.tsx")).ScheduleDialog);

interface Props {
  selection: Selection<ScheduleRow>;
  loaded: number;
  list: List<ScheduleRow>;
  onActing: (isActing: boolean) => void;
}

const buttons: readonly BulkButton<ScheduleVerb>[] = [
  { verb: "pause", label: "Pause", icon: <Pause size={13} /> },
  { verb: "until", label: "Pause until…", icon: <Clock size={13} /> },
  { verb: "resume", label: "Resume", icon: <Play size={13} /> },
  { verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true },
];

/** What can be done with the selected schedules. */
export function BulkBar({ selection, list, ...rest }: Props) {
  const isPraetor = useIsPraetor();
  return (
    <Frame
      {...rest}
      what="schedules"
      buttons={buttons.filter(({ verb }) => verb !== "until" || isPraetor)}
      selected={selection.selected.length}
      all={undefined}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onSelectAll={selection.all}
      onClear={selection.clear}
      dialog={(verb, { onClose, onDone }) => (
        <ScheduleDialog {...{ verb, onClose, onDone }} targets={selection.selected} />
      )}
    />
  );
}
