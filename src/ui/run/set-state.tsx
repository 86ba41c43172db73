import { useState } from "react";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { defaultStateName, type StateType } from "../../schema/states.ts";
import { useApi, useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Select } from "../kit/controls/select.tsx";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { refusalOf } from "../parts/actions/run-actions.ts";
import { StateBadge } from "../parts/runs/state-badge.tsx";

/** Those that a person can mean; the others come about by themselves. */
const choices = ["COMPLETED", "FAILED", "CANCELLED", "CRASHED"] as const satisfies readonly StateType[];
const options = choices.map((value) => ({ value, label: defaultStateName(value) }));

/** Says what became of a run that cannot say so itself. */
export function SetState({ run, onClose }: { run: FlowRun; onClose: () => void }) {
  const [type, setType] = useState<(typeof choices)[number]>("COMPLETED");
  const [message, setMessage] = useState("");
  const setState = useCommand(flowRuns.setState);
  const { client } = useApi();
  const state = { type, ...(message ? { message } : {}) };
  const submit = async () => {
    try {
      const answer = await setState.mutateAsync({
        ...{ id: run.id, state, force: true },
        expected_state_id: run.state_id,
      });
      const refusal = refusalOf(answer);
      if (refusal === undefined) toast.done(`${run.name} is now ${defaultStateName(type).toLowerCase()}`);
      else toast.failed(`${run.name} was not changed`, new Error(refusal));
      onClose();
    } catch (error) {
      toast.failed(`The state of ${run.name} could not be set`, error);
    }
  };
  return (
    <Dialog
      isForm
      open
      onClose={onClose}
      title={`Set the state of ${run.name}`}
      description="Running code is not notified. Cancel the run to stop it."
      footer={
        <>
          <Button size="md" className="ml-auto" onClick={onClose}>
            Cancel
          </Button>
          <Button size="md" variant="primary" disabled={setState.isPending} onClick={() => void submit()}>
            Set to {defaultStateName(type).toLowerCase()}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <div className="flex items-center gap-2">
          <StateBadge type={run.state_type} name={run.state_name} />
          <span className="text-faint">becomes</span>
          <Select label="New state" value={type} onChange={setType} options={options} />
        </div>
        <label>
          Why
          <textarea
            value={message}
            rows={2}
            onChange={(event) => setMessage(event.target.value)}
            placeholder="Shown as the state message"
            className="mt-1 block w-full rounded-md border border-control-line bg-surface px-2 py-1 placeholder:text-faint"
          />
        </label>
        <CliCommand
          command={`curl ${client.baseUrl}/flow_runs/${run.id}/set_state --json '${JSON.stringify({ state, force: true })}'`}
        />
      </div>
    </Dialog>
  );
}
