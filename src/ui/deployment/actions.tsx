import {
  CopyPlus,
  MoreHorizontal,
  Pause,
  Pencil,
  Play,
  SlidersHorizontal,
  Terminal,
  Trash2,
} from "lucide-react";
import { Suspense, useState } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { useNavigate, useSearchParams } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { deploymentActions, targetOf } from "../parts/actions/deployment-actions.ts";
import { commands } from "../parts/actions/deployment-commands.ts";
import { askToRun } from "../parts/paths.ts";
import { useRunDeployment } from "../run-deployment/use-run-deployment.tsx";

// Fetched when they are first opened.
const DeploymentBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/deployment-blast-radius.tsx")).DeploymentBlastRadius,
);
const Edit = lazyNamed(async () => (await import("./edit.tsx")).Edit);

const Duplicate = lazyNamed(async () => (await import("./duplicate.tsx")).Duplicate);

type Open = "pause" | "resume" | "delete" | "edit" | "duplicate";

interface Props {
  deployment: Deployment;
  flow: string | undefined;
}

/** What can be done to the deployment. */
export function Actions({ deployment, flow }: Props) {
  const [open, setOpen] = useState<Open | undefined>();
  const navigate = useNavigate();
  const close = () => setOpen(undefined);
  const [search, setSearch] = useSearchParams();
  const { run, ask, form } = useRunDeployment({
    ...{ deployment, flow, isAsking: search.has(askToRun) },
    // A page that is loaded again does not ask again.
    onClose: () => search.has(askToRun) && setSearch(without(search, askToRun), { replace: true }),
  });
  const turn = deployment.paused ? "resume" : "pause";
  useShortcuts([
    { keys: "r", label: "Run with…", group: "Deployment", run: ask },
    { keys: "R", label: "Run now", group: "Deployment", run },
    { keys: "p", label: "Pause or resume", group: "Deployment", run: () => setOpen(turn) },
    { keys: "e", label: "Edit", group: "Deployment", run: () => setOpen("edit") },
  ]);
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      <Button variant="primary" onClick={run}>
        <Play size={13} />
        Run now
      </Button>
      <Button onClick={ask}>
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
            { label: "Duplicate…", icon: <CopyPlus size={13} />, onSelect: () => setOpen("duplicate") },
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
      {form}
      <Suspense fallback={null}>
        {open === "edit" && <Edit deployment={deployment} onClose={close} />}
        {open === "duplicate" && <Duplicate deployment={deployment} onClose={close} />}
        {open && open !== "edit" && open !== "duplicate" && (
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

function without(search: URLSearchParams, key: string): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete(key);
  return next;
}
