import { X } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { Selection as FrozenSelection } from "../../../schema/selections.ts";
import { Button, IconButton } from "../../kit/controls/button.tsx";
import { type Matching, useFrozenSelection } from "./use-frozen-selection.ts";

/** A button of the bar. */
export interface BulkButton<V extends string> {
  verb: V;
  label: string;
  icon: ReactNode;
  isDanger?: boolean;
}

/** What the dialog of a verb is told. */
export interface BulkFrame {
  /** All that match, where these are meant. */
  frozen: FrozenSelection | null;
  onClose: () => void;
  /** Ids for which it was done, where these are known. */
  onDone: (ids: readonly string[] | undefined) => void;
}

interface Props<V extends string> {
  /** What is selected: `task runs`. */
  what: string;
  selected: number;
  loaded: number;
  /** Given where more match than are loaded. */
  all: Matching | undefined;
  buttons: readonly BulkButton<V>[];
  dialog: (verb: V, frame: BulkFrame) => ReactNode;
  onSelectAll: () => void;
  onClear: () => void;
  onDeleted: (ids: readonly string[]) => void;
  /** Something was done to rows that are not loaded. */
  onChanged: () => void;
  /** While a dialog is open, the list beneath it has to stay. */
  onActing: (isActing: boolean) => void;
}

/** What can be done with the selected rows of a list, or with all that match. */
export function BulkBar<V extends string>(props: Props<V>) {
  const { what, selected, loaded, buttons, dialog, onClear, onActing } = props;
  const [verb, setVerb] = useState<V | null>(null);
  const [done, setDone] = useState<readonly string[] | undefined>([]);
  const { frozen, freeze, error } = useFrozenSelection(props.all);
  const act = (next: V | null) => {
    setVerb(next);
    onActing(next !== null);
  };
  const close = () => {
    act(null);
    if (done?.length === 0) return;
    if (frozen) props.onChanged();
    else if (verb === "delete") props.onDeleted(done ?? []);
    onClear();
  };
  return (
    <>
      <SelectionToolbar
        {...{ what, onClear }}
        text={frozen ? words(frozen) : `${selected} selected`}
        loaded={!frozen && selected < loaded ? loaded : undefined}
        onSelectAll={props.onSelectAll}
      >
        {error && <span className="px-2 text-danger">{error}</span>}
        {!frozen && freeze && (
          <Button variant="ghost" onClick={freeze}>
            Select all that match
          </Button>
        )}
        {buttons.map((button) => (
          <Button
            key={button.verb}
            variant={button.isDanger ? "ghost-danger" : "ghost"}
            onClick={() => act(button.verb)}
          >
            {button.icon}
            {button.label}
          </Button>
        ))}
      </SelectionToolbar>
      <Suspense fallback={null}>
        {verb !== null && dialog(verb, { frozen, onClose: close, onDone: setDone })}
      </Suspense>
    </>
  );
}

interface ToolbarProps {
  /** What is selected: `task runs`. */
  what: string;
  /** How many are selected, in words. */
  text: string;
  /** How many can be selected, where not all of them are. */
  loaded: number | undefined;
  onSelectAll: () => void;
  onClear: () => void;
  children: ReactNode;
}

/** The bar below a list while rows are selected: how many, more of them, and the buttons for them. */
export function SelectionToolbar({ what, text, loaded, onSelectAll, onClear, children }: ToolbarProps) {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-9 z-20 flex justify-center">
      <div
        role="toolbar"
        aria-label={`Actions on the selected ${what}`}
        className="pop pointer-events-auto flex items-center gap-1 p-1.5 max-md:flex-wrap max-md:justify-center"
      >
        <span className="px-2">{text}</span>
        {loaded !== undefined && (
          <Button variant="ghost" onClick={onSelectAll}>
            Select {loaded} loaded
          </Button>
        )}
        {children}
        <IconButton label="Clear the selection" shortcut="Esc" onClick={onClear}>
          <X size={14} />
        </IconButton>
      </div>
    </div>
  );
}

const words = ({ count, is_whole }: FrozenSelection): string =>
  is_whole
    ? `All ${count.toLocaleString("en")} that match`
    : `The first ${count.toLocaleString("en")} that match`;
