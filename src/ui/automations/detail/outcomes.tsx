import { Check, Hourglass, X } from "lucide-react";
import type { Automation } from "../../../schema/automations.ts";
import { LongText } from "../../parts/long-text.tsx";
import { actionWords } from "../model/action-words.ts";
import { ResourceLink } from "../resource-link.tsx";
import { resourcesOf, useNames } from "../use-names.ts";
import type { Outcome } from "./deliveries.ts";

interface Props {
  outcomes: readonly Outcome[];
  automation: Automation;
  /** Actions that have no outcome yet. */
  pending: number;
}

/** What each action of a firing came to. */
export function Outcomes({ outcomes, automation, pending }: Props) {
  const nameOf = useNames(resourcesOf(automation));
  const actions = [...automation.actions, ...automation.actions_on_trigger];
  const words = ({ index, type }: Outcome) => {
    const action = actions[index];
    return action?.type === type ? actionWords(action, nameOf) : type.replaceAll("-", " ");
  };
  if (outcomes.length === 0 && pending === 0) return null;
  return (
    <ul aria-label="Actions" className="flex flex-col gap-0.5 pl-[22px]">
      {outcomes.map((outcome) => (
        <li key={outcome.id} className="flex min-w-0 items-start gap-1.5">
          {outcome.reason === null ? (
            <Check size={13} className="mt-1 shrink-0 text-completed" aria-label="Performed" />
          ) : (
            <X size={13} className="mt-1 shrink-0 text-danger" aria-label="Failed" />
          )}
          <span className="min-w-0 break-words">
            {words(outcome)}
            {isCall(outcome) && <span className="text-faint"> {outcome.status}</span>}
            <Made outcome={outcome} />
            {outcome.reason !== null && (
              <span className="block text-danger">
                <LongText text={outcome.reason} />
              </span>
            )}
          </span>
        </li>
      ))}
      {pending > 0 && (
        <li className="flex items-center gap-1.5 text-muted">
          <Hourglass size={13} aria-hidden="true" />
          {pending === 1 ? "1 action pending" : `${pending} actions pending`}
        </li>
      )}
    </ul>
  );
}

/** The status of an answer says something where another server was called. */
const isCall = ({ type }: Outcome) => type === "call-webhook" || type === "send-notification";

/** Flow runs that the action made or changed. */
function Made({ outcome: { related } }: { outcome: Outcome }) {
  const runs = related.filter((one) => one["prefect.resource.id"]?.startsWith("prefect.flow-run."));
  return runs.map((run) => (
    <span key={run["prefect.resource.id"]}>
      {" "}
      <ResourceLink resource={run["prefect.resource.id"] ?? ""} name={run["prefect.resource.name"]} />
    </span>
  ));
}
