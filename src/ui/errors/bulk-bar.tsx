import { BellOff, Check, RotateCcw } from "lucide-react";
import { Button } from "../kit/controls/button.tsx";
import type { Selection } from "../kit/table/use-selection.ts";
import { SelectionToolbar } from "../parts/actions/bulk-bar.tsx";
import type { ErrorRow } from "./columns.tsx";
import { IgnoreMenu } from "./ignore-menu.tsx";
import { type StatusChange, useChangeStatus } from "./use-change-status.ts";

interface Props {
  selection: Selection<ErrorRow>;
  loaded: number;
  onActing: (isActing: boolean) => void;
}

/** The server takes so many at once. */
const most = 200;

/** What can be done with the selected errors. */
export function BulkBar({ selection, loaded, onActing }: Props) {
  const change = useChangeStatus();
  const { selected, clear } = selection;
  const isTooMany = selected.length > most;
  const act = async (next: StatusChange) => {
    const isDone = await change(
      selected.map(({ id }) => id),
      next,
    );
    if (isDone) clear();
    return isDone;
  };
  return (
    <SelectionToolbar
      what="errors"
      text={
        isTooMany ? `${selected.length} selected, at most ${most} at once` : `${selected.length} selected`
      }
      loaded={selected.length < Math.min(loaded, most) ? loaded : undefined}
      onSelectAll={selection.all}
      onClear={clear}
    >
      <Button variant="ghost" disabled={isTooMany} onClick={() => void act({ status: "resolved" })}>
        <Check size={13} />
        Resolve
      </Button>
      <IgnoreMenu
        onActing={onActing}
        onIgnore={(until) => act({ status: "ignored", until })}
        trigger={
          <Button variant="ghost" disabled={isTooMany}>
            <BellOff size={13} />
            Ignore…
          </Button>
        }
      />
      <Button variant="ghost" disabled={isTooMany} onClick={() => void act({ status: "open" })}>
        <RotateCcw size={13} />
        Reopen
      </Button>
    </SelectionToolbar>
  );
}
