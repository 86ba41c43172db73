import { type Automation, automations } from "../../schema/automations.ts";
import { useCommand } from "../api.ts";
import { Switch } from "../kit/controls/switch.tsx";
import { toast } from "../kit/overlays/toast.tsx";

/** Pauses or resumes the automation at once. */
export function EnabledSwitch({ automation }: { automation: Automation }) {
  const { id, name } = automation;
  const command = useCommand(automations.setEnabled);
  const enabled = command.isPending ? command.variables.enabled === true : automation.enabled;
  return (
    <Switch
      label={`Enable ${name}`}
      checked={enabled}
      onChange={(next) =>
        command.mutate(
          { id, enabled: next },
          {
            onSuccess: () => toast.done(`${next ? "Resumed" : "Paused"} ${name}`),
            onError: (error) => toast.failed(`${name} could not be ${next ? "resumed" : "paused"}`, error),
          },
        )
      }
    />
  );
}
