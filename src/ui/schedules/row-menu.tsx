import { Clock, MoreHorizontal, Pause, Pencil, Play, Trash2 } from "lucide-react";
import { useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Menu } from "../kit/overlays/menu.tsx";
import type { ScheduleRow } from "./rows.ts";
import type { Opened } from "./schedule-dialogs.tsx";

interface Props {
  row: ScheduleRow;
  open: (opened: Opened) => void;
}

/** What can be done with one schedule. */
export function RowMenu({ row, open }: Props) {
  const isPraetor = useIsPraetor();
  const act = (verb: "pause" | "until" | "resume" | "delete") => () =>
    open({ kind: "verb", verb, targets: [row] });
  return (
    <Menu
      trigger={
        <Button
          variant="ghost"
          tabIndex={-1}
          aria-label={`Actions on ${row.deployment_name}, ${row.name}`}
          className="w-7 !px-0"
        >
          <MoreHorizontal size={15} />
        </Button>
      }
      groups={[
        [
          {
            label: "Edit schedule",
            icon: <Pencil size={13} />,
            onSelect: () => open({ kind: "edit", deployment: row.deployment_id, schedule: row.id }),
          },
          row.active
            ? { label: "Pause", icon: <Pause size={13} />, onSelect: act("pause") }
            : { label: "Resume", icon: <Play size={13} />, onSelect: act("resume") },
          {
            label: "Pause until…",
            icon: <Clock size={13} />,
            disabled: isPraetor ? undefined : "a Praetor server resumes schedules",
            onSelect: act("until"),
          },
        ],
        [{ label: "Delete", icon: <Trash2 size={13} />, danger: true, onSelect: act("delete") }],
      ]}
    />
  );
}
