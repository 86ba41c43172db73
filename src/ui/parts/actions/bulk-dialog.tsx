import { type ReactNode, useState } from "react";
import type { BulkVerb } from "../../../schema/selections.ts";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { type Action, BlastRadius } from "./blast-radius.tsx";
import type { BulkFrame } from "./bulk-bar.tsx";
import type { VerbInput } from "./run-commands.ts";
import { SelectionDialog } from "./selection-dialog.tsx";
import { firstChoice, type StateChoice, stateInput } from "./state-choice.ts";
import { StateFields } from "./state-fields.tsx";

interface Target {
  id: string;
  name: string;
}

/** What a verb was told beside the rows. */
interface Told {
  state: StateChoice;
  tags: readonly string[];
}

/** A verb for many rows, and what it does to each. */
export interface BulkAction<T extends Target> {
  /** What has to be told first. */
  asks?: "state" | "tags";
  action: (told: Told) => Action<T>;
}

interface Props<T extends Target> extends BulkFrame {
  verb: BulkVerb;
  bulk: BulkAction<T>;
  targets: readonly T[];
  breakdown: (action: Action<T>, targets: readonly T[]) => ReactNode;
}

/** Names what a verb will be done to, asks for what it needs, and does it. */
export function BulkDialog<T extends Target>({ verb, bulk, frozen, targets, breakdown, ...on }: Props<T>) {
  const [told, setTold] = useState<Told>({ state: firstChoice, tags: [] });
  const action = bulk.action(told);
  const asked = {
    isReady: bulk.asks !== "tags" || told.tags.length > 0,
    ...(bulk.asks && { fields: <Fields asks={bulk.asks} told={told} onTold={setTold} /> }),
  };
  if (!frozen)
    return (
      <BlastRadius
        {...{ action, targets, ...asked }}
        breakdown={(taking) => breakdown(action, taking)}
        onClose={on.onClose}
        onDone={on.onDone}
      />
    );
  return (
    <SelectionDialog
      {...{ selection: frozen, verb, action, ...asked }}
      input={inputOf(bulk, told)}
      onClose={on.onClose}
      onDone={() => on.onDone(undefined)}
    />
  );
}

function inputOf<T extends Target>({ asks }: BulkAction<T>, { state, tags }: Told): VerbInput {
  if (asks === "state") return stateInput(state);
  return asks === "tags" ? { tags: [...tags] } : {};
}

interface FieldsProps {
  asks: "state" | "tags";
  told: Told;
  onTold: (told: Told) => void;
}

function Fields({ asks, told, onTold }: FieldsProps) {
  if (asks === "state")
    return <StateFields value={told.state} onChange={(state) => onTold({ ...told, state })} />;
  return <TagEditor label="Tags to add" tags={told.tags} onChange={(tags) => onTold({ ...told, tags })} />;
}
