import { MoreHorizontal, Pause, Pencil, Play, SlidersHorizontal, Terminal, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { deploymentActions, targetOf } from "../parts/actions/deployment-actions.ts";
import { commands } from "../parts/actions/deployment-commands.ts";
import { runPath } from "../parts/runs/run-link.tsx";

// Fetched when they are first opened.
const DeploymentBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/deployment-blast-radius.tsx")).DeploymentBlastRadius,
);
const RunWith = lazyNamed(async () => (await import("./run-with.tsx")).RunWith);
const Edit = lazyNamed(async () => (await import("./edit.tsx")).Edit);

type Open = keyof typeof deploymentActions | "run-with" | "edit";

interface Props {
  deployment: Deployment;
  flow: string | undefined;
}

/** What can be done to the deployment. */
export function Actions({ deployment, flow }: Props) {
  const [open, setOpen] = useState<Open | undefined>();
  const navigate = useNavigate();
  const close = () => setOpen(undefined);
  const toRun = (run: FlowRun) => () => void navigate(runPath({ kind: "flow-run", id: run.id }));
  const runNow = useRunNow(deployment, toRun);
  const turn = deployment.paused ? "resume" : "pause";
  const start = () => (wantsParameters(deployment) ? setOpen("run-with") : runNow());
  useShortcuts([
    { keys: "r", label: "Run with…", group: "Deployment", run: () => setOpen("run-with") },
    { keys: "R", label: "Run now", group: "Deployment", run: start },
    { keys: "p", label: "Pause or resume", group: "Deployment", run: () => setOpen(turn) },
    { keys: "e", label: "Edit", group: "Deployment", run: () => setOpen("edit") },
  ]);
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      <Button variant="primary" onClick={start}>
        <Play size={13} />
        Run now
      </Button>
      <Button onClick={() => setOpen("run-with")}>
        <SlidersHorizontal size={13} />
        Run with…
      </Button>
      <Button onClick={() => setOpen(turn)}>
        {deployment.paused ? <Play size={13} /> : <Pause size={13} />}
        {deploymentActions[turn].verb}
      </Button>
      <Menu
        trigger={
          <Button aria-label="More actions" className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            { label: "Edit", icon: <Pencil size={13} />, shortcut: "e", onSelect: () => setOpen("edit") },
            {
              label: "Copy the command that runs it",
              icon: <Terminal size={13} />,
              onSelect: () =>
                void navigator.clipboard
                  .writeText(commands.run({ flow: flow ?? "", name: deployment.name }))
                  .then(() => toast.done("Copied the command")),
            },
          ],
          [{ label: "Delete", icon: <Trash2 size={13} />, danger: true, onSelect: () => setOpen("delete") }],
        ]}
      />
      <Suspense fallback={null}>
        {open === "run-with" && (
          <RunWith
            deployment={deployment}
            flow={flow}
            onClose={close}
            onMade={(run, when) => {
              close();
              toast.done(`${run.name} ${when}`, { label: "Open", onPress: toRun(run) });
            }}
          />
        )}
        {open === "edit" && <Edit deployment={deployment} onClose={close} />}
        {open && open !== "run-with" && open !== "edit" && (
          <DeploymentBlastRadius
            action={deploymentActions[open]}
            targets={[targetOf(deployment, flow)]}
            onClose={close}
            onDone={(ids) => {
              if (ids.length === 0) return;
              close();
              toast.done(`${deploymentActions[open].done} ${deployment.name}`);
              if (open === "delete") void navigate("/deployments");
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

function useRunNow(deployment: Deployment, toRun: (run: FlowRun) => () => void): () => void {
  const create = useCommand(deployments.createFlowRun);
  return () =>
    create.mutate(
      { id: deployment.id },
      {
        onSuccess: (run) => toast.done(`${run.name} is scheduled`, { label: "Open", onPress: toRun(run) }),
        onError: (error) => toast.failed(`Could not run ${deployment.name}`, error),
      },
    );
}

/** Some parameter has to be given, and neither the deployment nor the flow gives it. */
function wantsParameters({ parameters, parameter_openapi_schema: schema }: Deployment): boolean {
  const required = schema?.required;
  return Array.isArray(required) && required.some((name) => !(String(name) in parameters));
}
