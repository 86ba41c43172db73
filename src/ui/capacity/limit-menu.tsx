import { CircleOff, CirclePlay, MoreHorizontal, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { Button } from "../kit/controls/button.tsx";
import { Menu } from "../kit/overlays/menu.tsx";
import type { Board } from "./boards.ts";
import type { LimitAction } from "./limit-dialogs.tsx";

/** SelectionDialog that can be done to a limit. */
export function LimitMenu({ board, onAction }: { board: Board; onAction: (action: LimitAction) => void }) {
  const does = (kind: "edit" | "switch" | "reset" | "delete") => () => onAction({ kind, board });
  return (
    <Menu
      trigger={
        <Button aria-label={`More actions on ${board.label}`} className="w-7 !px-0">
          <MoreHorizontal size={15} />
        </Button>
      }
      groups={[
        [
          { label: "Edit", icon: <Pencil size={13} />, onSelect: does("edit") },
          {
            label: board.active ? "Deactivate" : "Activate",
            icon: board.active ? <CircleOff size={13} /> : <CirclePlay size={13} />,
            onSelect: does("switch"),
          },
          {
            label: "Reset",
            icon: <RotateCcw size={13} />,
            disabled: board.used === 0 ? "no slots in use" : undefined,
            onSelect: does("reset"),
          },
        ],
        [{ label: "Delete", icon: <Trash2 size={13} />, danger: true, onSelect: does("delete") }],
      ]}
    />
  );
}
