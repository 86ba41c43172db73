import type { KeyboardEvent } from "react";
import { useShortcuts } from "../shortcuts.ts";
import type { Selection } from "./use-selection.ts";

export interface RowKeys {
  /** What one row is, as the list of shortcuts says it: `run`; and the heading that it stands under there. */
  row: string;
  group: string;
  cursor: number;
  last: number;
  move: (to: number) => void;
  selection: Selection<{ id: string }>;
  open: () => void;
  canSelect: boolean;
}

/** Keys that work wherever the focus is. */
export function useRowShortcuts({ row, group, cursor, move, selection, open, canSelect }: RowKeys): void {
  // The first press of j only brings the keyboard into the list.
  const inList = () => document.activeElement?.closest("[role=grid]") !== null;
  useShortcuts([
    { keys: "j", label: `Next ${row}`, group, run: () => move(inList() ? cursor + 1 : cursor) },
    { keys: "k", label: `Previous ${row}`, group, run: () => move(cursor - 1) },
    { keys: "Enter", label: "Open", group, run: open },
    { keys: "x", label: "Select", group, run: () => canSelect && selection.toggle(cursor) },
    { keys: "X", label: "Select up to here", group, run: () => canSelect && selection.toggle(cursor, true) },
    { keys: "Mod+a", label: "Select all loaded", group, run: () => canSelect && selection.all() },
    { keys: "Escape", label: "Clear the selection", group, run: selection.clear },
  ]);
}

const page = 18;

/** Keys of the grid pattern, heard while the focus is in the list. */
export function onGridKey(event: KeyboardEvent, { cursor, last, move, selection, canSelect }: RowKeys): void {
  const steps: Record<string, number> = {
    ArrowDown: cursor + 1,
    ArrowUp: cursor - 1,
    PageDown: cursor + page,
    PageUp: cursor - page,
    Home: 0,
    End: last,
  };
  const to = steps[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (event.shiftKey && canSelect) selection.toggle(Math.min(last, Math.max(0, to)), true);
  move(to);
}
