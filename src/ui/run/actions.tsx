import { Ban, MoreHorizontal, Play, Repeat, RotateCcw } from "lucide-react";
import { Suspense, useState } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { useApi } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { useNavigate } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { runActions } from "../parts/actions/run-actions.ts";
import { menuGroups, type Open, type RunVerb } from "./actions/menu.tsx";
import { type Offered, offeredActions, retryLabel } from "./actions/offered.ts";

// Fetched when they are first opened.
const RunBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/run-blast-radius.tsx")).RunBlastRadius,
);
const Resume = lazyNamed(async () => (await import("../waiting/resume.tsx")).Resume);
const SetState = lazyNamed(async () => (await import("./actions/set-state.tsx")).SetState);
const RunAgain = lazyNamed(async () => (await import("./actions/run-again.tsx")).RunAgain);
const Rename = lazyNamed(async () => (await import("./actions/rename.tsx")).Rename);
const EditTags = lazyNamed(async () => (await import("./actions/edit-tags.tsx")).EditTags);

interface Props {
  run: FlowRun;
  flowName: string | undefined;
}

/** What can be done to the run. What changes it asks once more, and names what will come of it. */
export function Actions({ run, flowName }: Props) {
  const [open, setOpen] = useState<Open | undefined>();
  const api = useApi();
  useRunShortcuts(run, setOpen);
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      {offeredActions(run).map((offered, place) => (
        <ActionButton
          key={offered}
          {...{ offered, run }}
          isFirst={place === 0 && offered !== "cancel"}
          onPress={() => setOpen(offered)}
        />
      ))}
      <Menu
        trigger={
          <Button aria-label="More actions" className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={menuGroups({ run, api, onOpen: setOpen })}
      />
      {open && <ActionDialog {...{ run, flowName, open }} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function useRunShortcuts(run: FlowRun, onOpen: (open: Open) => void): void {
  const offer = (verb: RunVerb) => () => runActions[verb].objection(run) === undefined && onOpen(verb);
  useShortcuts([
    { keys: "c", label: "Cancel the run", group: "Run", run: offer("cancel") },
    { keys: "r", label: "Retry the run", group: "Run", run: offer("retry") },
    { keys: "R", label: "Run again…", group: "Run", run: () => onOpen("run-again") },
    {
      keys: "p",
      label: "Pause or resume the run",
      group: "Run",
      run: () => (run.state_type === "PAUSED" ? onOpen("resume") : offer("pause")()),
    },
  ]);
}

const icons = { resume: Play, cancel: Ban, retry: RotateCcw, "run-again": Repeat } as const;
const labels = { resume: "Resume", cancel: "Cancel", "run-again": "Run again…" } as const;

interface ActionButtonProps {
  offered: Offered;
  run: FlowRun;
  isFirst: boolean;
  onPress: () => void;
}

function ActionButton({ offered, run, isFirst, onPress }: ActionButtonProps) {
  const Icon = icons[offered];
  return (
    <Button variant={isFirst ? "primary" : "plain"} onClick={onPress}>
      <Icon size={13} />
      {offered === "retry" ? retryLabel(run) : labels[offered]}
    </Button>
  );
}

function ActionDialog({ run, flowName, open, onClose }: Props & { open: Open; onClose: () => void }) {
  const navigate = useNavigate();
  const shared = { run, onClose } as const;
  return (
    <Suspense fallback={null}>
      {open === "set-state" && <SetState noun="flow-run" {...shared} />}
      {open === "resume" && <Resume {...shared} />}
      {open === "run-again" && <RunAgain {...shared} flowName={flowName} />}
      {open === "rename" && <Rename noun="flow-run" {...shared} />}
      {open === "tags" && <EditTags {...shared} />}
      {isVerb(open) && (
        <RunBlastRadius
          action={runActions[open]}
          runs={[run]}
          flowName={() => flowName}
          onClose={onClose}
          onDone={(ids) => {
            if (ids.length === 0) return;
            onClose();
            toast.done(`${runActions[open].done} ${run.name}`);
            if (open === "delete") void navigate("/runs");
          }}
        />
      )}
    </Suspense>
  );
}

const isVerb = (open: Open): open is RunVerb => open in runActions;
