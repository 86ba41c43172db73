import type { ReactNode } from "react";
import type { Action } from "../../../schema/automation-actions.ts";
import type { Automation } from "../../../schema/automations.ts";
import { isWritten } from "../../../schema/exact-json.ts";
import { Section } from "../../kit/section.tsx";
import { CodeBlock } from "../../markdown/code-block.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { duration } from "../../parts/time/durations.ts";
import { actionWords, targetOf } from "../model/action-words.ts";
import { relatedOf, type TriggerDraft, valuesOf } from "../model/drafts.ts";
import { triggerWords } from "../model/trigger-words.ts";
import { ResourceLink } from "../resource-link.tsx";
import { resourcesOf, useNames } from "../use-names.ts";

/** What the automation is: its trigger and its actions. */
export function Definition({ automation }: { automation: Automation }) {
  const { trigger, actions, actions_on_trigger } = automation;
  return (
    <div className="min-w-0 lg:min-h-0 lg:overflow-y-auto">
      <Section title="Trigger">
        <TriggerView trigger={trigger} automation={automation} />
      </Section>
      <Section title="Actions">
        <ActionList actions={actions} automation={automation} />
      </Section>
      {actions_on_trigger.length > 0 && (
        <Section title="Actions with the firing as input">
          <ActionList actions={actions_on_trigger} automation={automation} />
        </Section>
      )}
      <Section title="JSON">
        <JsonView value={automation} open={1} />
      </Section>
    </div>
  );
}

function TriggerView({ trigger, automation }: { trigger: TriggerDraft; automation: Automation }) {
  const nameOf = useNames(resourcesOf(automation));
  if (trigger.type !== "event")
    return (
      <ol className="flex flex-col gap-2">
        {trigger.triggers.map((child, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: triggers are told apart by their place
          <li key={place} className="border-l-2 pl-3">
            <p>{triggerWords(child, nameOf)}</p>
            <TriggerView trigger={child} automation={automation} />
          </li>
        ))}
      </ol>
    );
  const labels = (one: Readonly<Record<string, string | string[]>>) =>
    Object.keys(one).map((key) => (
      <p key={key} className="break-all">
        <span className="text-muted">{key}</span> <Values values={valuesOf(one, key)} nameOf={nameOf} />
      </p>
    ));
  const related = relatedOf(trigger);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
      <Fact name="Posture">
        {trigger.posture === "Reactive"
          ? "Reactive: fires when events occur"
          : "Proactive: fires when events stay out"}
      </Fact>
      {trigger.after.length > 0 && <Fact name="After">{trigger.after.join(", ")}</Fact>}
      <Fact name={trigger.posture === "Reactive" ? "Events" : "Expected"}>
        {trigger.expect.join(", ") || "any"}
      </Fact>
      {Object.keys(trigger.match).length > 0 && <Fact name="Resource">{labels(trigger.match)}</Fact>}
      {related.length > 0 && <Fact name="Related">{related.map(labels)}</Fact>}
      {trigger.threshold !== 1 && <Fact name="Threshold">{trigger.threshold}</Fact>}
      {trigger.within > 0 && <Fact name="Within">{duration(trigger.within)}</Fact>}
      {trigger.for_each.length > 0 && <Fact name="For each">{trigger.for_each.join(", ")}</Fact>}
    </dl>
  );
}

function Values({
  values,
  nameOf,
}: {
  values: readonly string[];
  nameOf: (id: string) => string | undefined;
}) {
  return values.map((value, place) => (
    <span key={value}>
      {place > 0 && ", "}
      <ResourceLink resource={value} name={nameOf(value) ?? value} />
    </span>
  ));
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </>
);

function ActionList({ actions, automation }: { actions: readonly Action[]; automation: Automation }) {
  const nameOf = useNames(resourcesOf(automation));
  if (actions.length === 0) return <p className="text-muted">No actions.</p>;
  return (
    <ol className="flex flex-col gap-3">
      {actions.map((action, place) => {
        const target = targetOf(action);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: actions are told apart by their place
          <li key={place} className="flex flex-col gap-1">
            <p className="font-strong">{actionWords(action, nameOf)}</p>
            {target && !target.startsWith("prefect.block-document.") && (
              <p>
                <ResourceLink resource={target} name={nameOf(target)} />
              </p>
            )}
            <Details action={action} />
          </li>
        );
      })}
    </ol>
  );
}

const hidden = /^(type|source|.*_id)$/;

/** What the action is told beside its target: templates as they are written, parameters as JSON. */
function Details({ action }: { action: Action }) {
  const entries = Object.entries(action).filter(
    ([key, value]) => !hidden.test(key) && value !== null && value !== false && value !== 0 && value !== "",
  );
  return entries.map(([key, value]) => (
    <div key={key}>
      <p className="text-xs text-muted">{key.replaceAll("_", " ")}</p>
      {typeof value === "string" && value.length > 60 ? (
        <CodeBlock text={value} />
      ) : typeof value === "object" && value !== null && !isWritten(value) ? (
        <JsonView value={value} open={1} />
      ) : (
        <p className="break-words">{String(value)}</p>
      )}
    </div>
  ));
}
