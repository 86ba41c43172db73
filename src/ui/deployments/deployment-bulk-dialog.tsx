import type { BulkFrame } from "../parts/actions/bulk-bar.tsx";
import { type BulkAction, BulkDialog } from "../parts/actions/bulk-dialog.tsx";
import {
  addDeploymentTags,
  type DeploymentTarget,
  deploymentActions,
} from "../parts/actions/deployment-actions.ts";
import { DeploymentBreakdown } from "../parts/actions/deployment-blast-radius.tsx";

export type DeploymentBulkVerb = "run" | "pause" | "resume" | "add_tags" | "delete";

const actions: Record<DeploymentBulkVerb, BulkAction<DeploymentTarget>> = {
  run: { action: () => deploymentActions.run },
  pause: { action: () => deploymentActions.pause },
  resume: { action: () => deploymentActions.resume },
  delete: { action: () => deploymentActions.delete },
  add_tags: { asks: "tags", action: ({ tags }) => addDeploymentTags(tags) },
};

interface Props extends BulkFrame {
  verb: DeploymentBulkVerb;
  targets: readonly DeploymentTarget[];
}

/** A verb for many deployments. */
export function DeploymentBulkDialog({ verb, targets, ...frame }: Props) {
  return (
    <BulkDialog
      {...{ verb, targets, ...frame }}
      bulk={actions[verb]}
      breakdown={(action, taking) => <DeploymentBreakdown action={action} targets={taking} />}
    />
  );
}
