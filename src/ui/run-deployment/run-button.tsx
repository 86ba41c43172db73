import { Play } from "lucide-react";
import type { Deployment } from "../../schema/deployments.ts";
import { IconButton } from "../kit/controls/button.tsx";
import { useRunDeployment } from "./use-run-deployment.tsx";

interface Props {
  deployment: Deployment;
  /** Name of its flow. */
  flow: string | undefined;
  /** -1 in lists whose rows are one stop of the keyboard. */
  tabIndex?: number;
}

/** Runs a deployment from the row or card that shows it. */
export function RunButton({ deployment, flow, tabIndex }: Props) {
  const { run, isBusy, form } = useRunDeployment({ deployment, flow });
  return (
    // Above the link that makes the whole row one.
    <span className="relative z-10 inline-flex">
      <IconButton
        label={`Run ${deployment.name}`}
        tabIndex={tabIndex}
        disabled={isBusy}
        className="size-6"
        onClick={(event) => {
          event.stopPropagation();
          run();
        }}
      >
        <Play size={13} />
      </IconButton>
      {form}
    </span>
  );
}
