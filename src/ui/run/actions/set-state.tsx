import { useState } from "react";
import { flowRuns } from "../../../schema/flow-runs.ts";
import type { StateType } from "../../../schema/states.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { useCommand } from "../../api.ts";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { refusalOf } from "../../parts/actions/refusal.ts";
import { type RunNoun, runCommands } from "../../parts/actions/run-commands.ts";
import { chosenName, firstChoice, stateInput } from "../../parts/actions/state-choice.ts";
import { StateFields } from "../../parts/actions/state-fields.tsx";
import { StateBadge } from "../../parts/runs/state-badge.tsx";

interface Props {
  noun: RunNoun;
  run: {
    id: string;
    name: string;
    state_id: string | null;
    state_type: StateType | null;
    state_name: string | null;
  };
  onClose: () => void;
}

/** Sets any state of a flow run or a task run by hand. */
export function SetState({ noun, run: seen, onClose }: Props) {
  // The state that was looked at: one that comes meanwhile is not meant.
  const [run] = useState(seen);
  const [choice, setChoice] = useState(firstChoice);
  const ofFlowRun = useCommand(flowRuns.setState);
  const ofTaskRun = useCommand(taskRuns.setState);
  const act = async () => {
    const input = { id: run.id, ...stateInput(choice), expected_state_id: run.state_id };
    const answer = await (noun === "flow-run" ? ofFlowRun : ofTaskRun).mutateAsync(input);
    const refusal = refusalOf(answer);
    if (refusal === undefined) return;
    const advice = choice.force ? "" : " Force sets the state past this rule.";
    throw new Error(`The server refused the state: ${refusal.replace(/\.?$/, ".")}${advice}`);
  };
  return (
    <ConfirmDialog
      title={`Set the state of ${run.name}`}
      description={
        noun === "flow-run"
          ? "Running code is not notified. Cancel the run to stop it."
          : "Running code is not notified, and the state of the flow run stays as it is."
      }
      verb={`Set to ${chosenName(choice)}`}
      act={act}
      done={`${run.name} is now ${chosenName(choice)}`}
      command={runCommands.setState(noun, [run.id], choice)}
      onClose={onClose}
    >
      <p className="flex items-center gap-2">
        <span className="text-muted">Current state</span>
        <StateBadge type={run.state_type} name={run.state_name} />
      </p>
      <StateFields value={choice} onChange={setChoice} />
    </ConfirmDialog>
  );
}
