import { useState } from "react";
import { flowRuns } from "../../../schema/flow-runs.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { useCommand } from "../../api.ts";
import { TextField } from "../../kit/controls/text-field.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { type RunNoun, runCommands } from "../../parts/actions/run-commands.ts";

interface Props {
  noun: RunNoun;
  run: { id: string; name: string };
  onClose: () => void;
}

export function Rename({ noun, run, onClose }: Props) {
  const [name, setName] = useState(run.name);
  const ofFlowRun = useCommand(flowRuns.update);
  const ofTaskRun = useCommand(taskRuns.update);
  const wanted = name.trim();
  return (
    <ConfirmDialog
      title={`Rename ${run.name}`}
      verb="Rename"
      disabled={wanted === "" || wanted === run.name}
      act={() => (noun === "flow-run" ? ofFlowRun : ofTaskRun).mutateAsync({ id: run.id, name: wanted })}
      done={`Renamed to ${wanted}`}
      command={runCommands.rename(noun, run.id, wanted)}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} />
    </ConfirmDialog>
  );
}
