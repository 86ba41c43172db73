import { useId, useState } from "react";
import { automationTools } from "../../../schema/automation-tools.ts";
import type { Automation } from "../../../schema/automations.ts";
import { useApi, useCommand } from "../../api.ts";
import { Checkbox } from "../../kit/controls/checkbox.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../../parts/actions/curl.ts";
import { Time } from "../../parts/time/time.tsx";
import { usePreview } from "../editor/use-preview.ts";
import { actionWords } from "../model/action-words.ts";
import { resourcesOf, useNames } from "../use-names.ts";

interface Props {
  automation: Automation;
  onClose: () => void;
}

const days = 7;
/** What only tells somebody may be tried without harm. */
const isMessage = ({ type }: Automation["actions"][number]) =>
  type === "send-notification" || type === "call-webhook" || type === "do-nothing";

/** Performs actions of the automation once. */
export function TestDialog({ automation, onClose }: Props) {
  const { id, name, trigger } = automation;
  const actions = [...automation.actions, ...automation.actions_on_trigger];
  const { client } = useApi();
  const [chosen, setChosen] = useState<readonly number[]>(
    actions.flatMap((action, place) => (isMessage(action) ? [place] : [])),
  );
  const nameOf = useNames(resourcesOf(automation));
  const test = useCommand(automationTools.test);
  const { data } = usePreview(trigger, days);
  const latest = data?.firings.find(({ event }) => event)?.event;
  const input = { id, actions: [...chosen] };
  const group = useId();
  return (
    <ConfirmDialog
      title={`Test ${name}`}
      description="Performs the selected actions once, for real. The delivery log shows the test; subjects of notifications begin with [Test]."
      verb={chosen.length === 1 ? "Perform 1 action" : `Perform ${chosen.length} actions`}
      disabled={chosen.length === 0}
      act={() => test.mutateAsync(input)}
      done={`Testing ${name}`}
      command={curlOf(client.baseUrl, automationTools.test, input)}
      onClose={onClose}
    >
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-strong">Actions</legend>
        {actions.map((action, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: actions are told apart by their place
          <div key={place} id={`${group}-${place}`} className="flex items-center gap-2">
            <Checkbox
              label={actionWords(action, nameOf)}
              checked={chosen.includes(place)}
              onChange={(checked) =>
                setChosen(
                  checked
                    ? [...chosen, place].toSorted((a, b) => a - b)
                    : chosen.filter((one) => one !== place),
                )
              }
            />
            <span aria-hidden="true">{actionWords(action, nameOf)}</span>
          </div>
        ))}
      </fieldset>
      <p className="text-muted">
        {latest ? (
          <>
            With the latest event that would have fired it: {latest.event} of{" "}
            {latest.resource["prefect.resource.name"] || latest.resource["prefect.resource.id"]},{" "}
            <Time time={latest.occurred} />.
          </>
        ) : data ? (
          `No event of the last ${days} days would have fired it: a sample event is used.`
        ) : (
          "Looking for the latest event that would have fired it."
        )}
      </p>
    </ConfirmDialog>
  );
}
