import { Ban, CircleDot, MoreHorizontal, Pause, Play, RotateCcw, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { useNavigate } from "react-router";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { runActions } from "../parts/actions/run-actions.ts";

// Fetched when they are first opened.
const RunBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/run-blast-radius.tsx")).RunBlastRadius,
);
const SetState = lazyNamed(async () => (await import("./set-state.tsx")).SetState);
const Resume = lazyNamed(async () => (await import("../waiting/resume.tsx")).Resume);

type Open = keyof typeof runActions | "set-state" | "resume";

/** What can be done to the run; each deed names it once more before it is done. */
export function Actions({ run, flowName }: { run: FlowRun; flowName: string | undefined }) {
  const [open, setOpen] = useState<Open | undefined>();
  const navigate = useNavigate();
  const close = () => setOpen(undefined);
  const objection = (name: keyof typeof runActions) => runActions[name].objection(run);
  const offer = (name: keyof typeof runActions) => () => objection(name) === undefined && setOpen(name);
  const isPaused = run.state_type === "PAUSED";
  const resume = () => isPaused && setOpen("resume");
  useShortcuts([
    { keys: "c", label: "Cancel the run", group: "Run", run: offer("cancel") },
    { keys: "r", label: "Retry the run", group: "Run", run: offer("retry") },
    {
      keys: "p",
      label: "Pause or resume the run",
      group: "Run",
      run: () => (isPaused ? resume() : offer("pause")()),
    },
  ]);
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      {isPaused && (
        <Button variant="primary" onClick={resume}>
          <Play size={13} />
          Resume
        </Button>
      )}
      {objection("cancel") === undefined && (
        <Button onClick={offer("cancel")}>
          <Ban size={13} />
          Cancel
        </Button>
      )}
      {objection("retry") === undefined && (
        <Button onClick={offer("retry")}>
          <RotateCcw size={13} />
          Retry
        </Button>
      )}
      <Menu
        trigger={
          <Button aria-label="More actions" className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            {
              label: "Retry",
              icon: <RotateCcw size={13} />,
              shortcut: "r",
              disabled: objection("retry"),
              onSelect: () => setOpen("retry"),
            },
            {
              label: "Cancel",
              icon: <Ban size={13} />,
              shortcut: "c",
              disabled: objection("cancel"),
              onSelect: () => setOpen("cancel"),
            },
            isPaused
              ? { label: "Resume", icon: <Play size={13} />, shortcut: "p", onSelect: resume }
              : {
                  label: "Pause",
                  icon: <Pause size={13} />,
                  shortcut: "p",
                  disabled: objection("pause"),
                  onSelect: () => setOpen("pause"),
                },
            { label: "Set state", icon: <CircleDot size={13} />, onSelect: () => setOpen("set-state") },
          ],
          [{ label: "Delete", icon: <Trash2 size={13} />, danger: true, onSelect: () => setOpen("delete") }],
        ]}
      />
      <Suspense fallback={null}>
        {open === "set-state" && <SetState run={run} onClose={close} />}
        {open === "resume" && <Resume run={run} onClose={close} />}
        {open && open !== "set-state" && open !== "resume" && (
          <RunBlastRadius
            action={runActions[open]}
            runs={[run]}
            flowName={() => flowName}
            onClose={close}
            onDone={(ids) => {
              if (ids.length === 0) return;
              close();
              toast.done(`${runActions[open].done} ${run.name}`);
              if (open === "delete") void navigate("/runs");
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
