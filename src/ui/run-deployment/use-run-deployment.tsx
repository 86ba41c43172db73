import { type ReactNode, Suspense, useState } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { useCommand } from "../api.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { useNavigate } from "../kit/router.tsx";
import { missingParameters } from "../parts/actions/deployment-actions.ts";
import { runPath } from "../parts/runs/run-link.tsx";

const RunWith = lazyNamed(async () => (await import("./run-with.tsx")).RunWith);

interface Options {
  deployment: Deployment;
  /** Name of its flow. */
  flow: string | undefined;
  /** Whether the form is open from the start. */
  isAsking?: boolean;
  onClose?: () => void;
}

interface RunDeployment {
  /** Runs it at once, or asks for the parameters that it does not have. */
  run: () => void;
  /** Asks for parameters, name, tags and time. */
  ask: () => void;
  isBusy: boolean;
  /** The form, where it is open. */
  form: ReactNode;
}

/** Creates runs of a deployment from wherever it is shown. */
export function useRunDeployment({ deployment, flow, isAsking = false, onClose }: Options): RunDeployment {
  const [isOpen, setOpen] = useState(isAsking);
  const navigate = useNavigate();
  const create = useCommand(deployments.createFlowRun);
  const close = () => {
    setOpen(false);
    onClose?.();
  };
  const told = (run: FlowRun, what: string) =>
    toast.done(`${run.name} ${what}`, {
      label: "Open",
      onPress: () => void navigate(runPath({ kind: "flow-run", id: run.id })),
    });
  const runNow = () =>
    create.mutate(
      { id: deployment.id },
      {
        onSuccess: (run) => told(run, "is scheduled"),
        onError: (error) => toast.failed(`Could not run ${deployment.name}`, error),
      },
    );
  return {
    run: () => (missingParameters(deployment).length > 0 ? setOpen(true) : runNow()),
    ask: () => setOpen(true),
    isBusy: create.isPending,
    form: isOpen && (
      <Suspense fallback={null}>
        <RunWith
          deployment={deployment}
          flow={flow}
          onClose={close}
          onMade={(run, when) => {
            close();
            told(run, when);
          }}
        />
      </Suspense>
    ),
  };
}
