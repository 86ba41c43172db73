import { useRef, useState } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { useResume } from "./use-resume.ts";
import { commandOf, type Submit, WantedInput } from "./wanted-input.tsx";

/** Lets a paused run go on; where it waits for input, asks for that first. */
export function Resume({ run: seen, onClose }: { run: FlowRun; onClose: () => void }) {
  // The pause that was looked at: a later one of the same run is not meant.
  const [run] = useState(seen);
  const resume = useResume(run);
  const submit = useRef<Submit>(undefined);
  const keys = run.state?.state_details.run_input_keyset;
  const act = async () => {
    const run_input = keys?.schema ? submit.current?.() : null;
    if (run_input === undefined) return false;
    await resume(run_input);
    return true;
  };
  return (
    <ConfirmDialog
      title={`Resume ${run.name}`}
      description={
        run.state?.state_details.pause_reschedule
          ? "Its process has ended: the run is scheduled again, and finished work is not repeated."
          : "Its process continues where it paused."
      }
      verb="Resume"
      keep="Keep paused"
      done={`Resumed ${run.name}`}
      act={act}
      onClose={onClose}
      {...(!keys?.schema && { command: commandOf(run.id) })}
    >
      {keys?.schema && <WantedInput run={run} keys={keys} submit={submit} />}
    </ConfirmDialog>
  );
}
