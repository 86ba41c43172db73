import { useId } from "react";
import { stateTypes } from "../../../schema/state-types.ts";
import { Field } from "../../kit/controls/field.tsx";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { Switch } from "../../kit/controls/switch.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { kindName, withArticle } from "../model/event-words.ts";
import { BlockField } from "./block-field.tsx";
import { DurationField } from "./duration-field.tsx";
import { JsonField } from "./json-field.tsx";
import { type ActionProps, textIn } from "./props.ts";
import { ResourcePicker } from "./resource-picker.tsx";
import { TemplateField } from "./template-field.tsx";
import { useProblem } from "./use-draft.ts";

/** What an action has to be told. */
export function ActionFields(props: ActionProps) {
  const { type } = props.action;
  const [, kind] = /^(?:run|pause|resume)-(deployment|work-pool|work-queue|automation)$/.exec(type) ?? [];
  if (type === "send-notification") return <NotificationFields {...props} />;
  if (type === "call-webhook") return <WebhookFields {...props} />;
  if (type === "change-flow-run-state") return <StateFields {...props} />;
  if (!isKind(kind)) return <FlowRunNote type={type} />;
  return (
    <>
      <Target {...props} kind={kind} />
      {type === "run-deployment" && <RunFields {...props} />}
    </>
  );
}

const kinds = ["deployment", "work-pool", "work-queue", "automation"] as const;
type Kind = (typeof kinds)[number];
const isKind = (text: string | undefined): text is Kind => kinds.some((kind) => kind === text);

function FlowRunNote({ type }: { type: string }) {
  if (type === "do-nothing") return null;
  return <p className="text-muted">Acts on the flow run of the event that fires the automation.</p>;
}

function Target({ action, onChange, path, nameOf, kind }: ActionProps & { kind: Kind }) {
  const key = `${kind.replace("-", "_")}_id`;
  const isInferred = action.source === "inferred";
  const noun = kindName(kind);
  const problem = useProblem(`${path}.${key}`);
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <Segmented
        label={`Which ${noun}`}
        value={isInferred ? "inferred" : "selected"}
        onChange={(source) =>
          onChange({ ...action, source, ...(source === "inferred" && { [key]: undefined }) })
        }
        options={[
          { value: "selected", label: `Selected ${noun}` },
          { value: "inferred", label: "From the event" },
        ]}
      />
      {!isInferred && (
        <ResourcePicker
          isSingle
          label={noun.charAt(0).toUpperCase() + noun.slice(1)}
          kind={kind}
          placeholder={`Choose ${withArticle(noun)}`}
          chosen={textIn(action, key) ? [textIn(action, key)] : []}
          onChange={([id]) => onChange({ ...action, source: "selected", [key]: id })}
          nameOf={(id) => nameOf(`prefect.${kind}.${id}`)}
          error={problem}
        />
      )}
    </div>
  );
}

function RunFields({ action, onChange, path }: ActionProps) {
  const parameters = useProblem(`${path}.parameters`);
  const variables = useProblem(`${path}.job_variables`);
  return (
    <>
      <JsonField
        label="Parameters"
        description="Override those of the deployment. Texts may be templates; a text that is one expression keeps the type of its value."
        value={action.parameters}
        onChange={(value) => onChange({ ...action, parameters: value })}
        error={parameters}
      />
      <JsonField
        label="Job variables"
        value={action.job_variables}
        onChange={(value) => onChange({ ...action, job_variables: value })}
        error={variables}
      />
      <DurationField
        label="Start after"
        isOptional
        seconds={typeof action.schedule_after === "number" ? action.schedule_after : null}
        onChange={(seconds) => onChange({ ...action, schedule_after: seconds ?? 0 })}
        error={useProblem(`${path}.schedule_after`)}
      />
    </>
  );
}

function NotificationFields(props: ActionProps) {
  const { action, onChange, path, variables } = props;
  return (
    <>
      <BlockField {...props} kind="receiver" label="Send to" />
      <TemplateField
        label="Subject"
        value={textIn(action, "subject")}
        onChange={(subject) => onChange({ ...action, subject })}
        variables={variables}
        error={useProblem(`${path}.subject`)}
      />
      <TemplateField
        label="Text"
        rows={4}
        value={textIn(action, "body")}
        onChange={(body) => onChange({ ...action, body })}
        variables={variables}
        error={useProblem(`${path}.body`)}
      />
    </>
  );
}

function WebhookFields(props: ActionProps) {
  const { action, onChange, path, variables } = props;
  return (
    <>
      <BlockField {...props} kind="webhook" label="Webhook" />
      <TemplateField
        label="Payload"
        isMono
        rows={5}
        value={textIn(action, "payload")}
        onChange={(payload) => onChange({ ...action, payload })}
        variables={variables}
        error={useProblem(`${path}.payload`)}
      />
    </>
  );
}

function StateFields({ action, onChange, path }: ActionProps) {
  const id = useId();
  return (
    <>
      <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
        <Field label="State" id={id} error={useProblem(`${path}.state`)}>
          <Select
            id={id}
            label="State"
            value={stateTypes.find((type) => type === action.state) ?? "FAILED"}
            options={stateTypes.map((type) => ({
              value: type,
              label: type.charAt(0) + type.slice(1).toLowerCase(),
            }))}
            onChange={(state) => onChange({ ...action, state })}
          />
        </Field>
        <span className="flex h-7 items-center gap-2">
          <Switch
            label="Force"
            checked={action.force === true}
            onChange={(force) => onChange({ ...action, force })}
          />
          Force, past the orchestration rules
        </span>
      </div>
      <TextField
        label="Name of the state"
        placeholder="Name of the type"
        value={textIn(action, "name")}
        onChange={(name) => onChange({ ...action, name: name || null })}
      />
      <TextField
        label="Message"
        value={textIn(action, "message")}
        onChange={(message) => onChange({ ...action, message: message || null })}
      />
    </>
  );
}
