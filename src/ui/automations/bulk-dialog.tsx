import { Samples } from "../parts/actions/blast-radius.tsx";
import type { BulkFrame } from "../parts/actions/bulk-bar.tsx";
import { BulkDialog } from "../parts/actions/bulk-dialog.tsx";
import { type AutomationTarget, automationActions } from "./automation-actions.ts";

export type AutomationVerb = keyof typeof automationActions;

interface Props extends BulkFrame {
  verb: AutomationVerb;
  targets: readonly AutomationTarget[];
}

/** A verb for one automation or for many. */
export function AutomationBulkDialog({ verb, targets, ...frame }: Props) {
  return (
    <BulkDialog
      {...{ verb, targets, ...frame }}
      bulk={{ action: () => automationActions[verb] }}
      breakdown={(_, taking) => (
        <p className="mb-3">
          <Samples targets={taking} />
        </p>
      )}
    />
  );
}
