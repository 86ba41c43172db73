import { useState } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { type Json, timestamp } from "../../schema/scalars.ts";
import { useApi, useCommand } from "../api.ts";
import { TagField, tagsIn } from "../kit/controls/tag-field.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { FormDialog } from "../kit/overlays/form-dialog.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { commands } from "../parts/actions/deployment-commands.ts";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";
import { useSettings } from "../settings.ts";
import { type When, WhenField, whenAt, whenProblem } from "./when.tsx";

interface Props {
  deployment: Deployment;
  flow: string | undefined;
  onClose: () => void;
  /** `when`: `is scheduled` or `is scheduled for later`. */
  onMade: (run: FlowRun, when: string) => void;
}

/** A run with other parameters, another name, more tags, or at another time. */
export function RunWith({ deployment, flow = "", onClose, onMade }: Props) {
  const { form, rest, set, tried, create, submit } = useRunWith(deployment, onMade);
  const { zone } = useSettings();
  const { client } = useApi();
  const input = inputOf(deployment, form.value, rest, zone);
  const command = input.state
    ? curlOf(client.baseUrl, deployments.createFlowRun, input)
    : commands.run({ flow, name: deployment.name }, input);
  return (
    <FormDialog
      title={`Run ${deployment.name}`}
      description={deployment.paused ? "The deployment is paused. This run starts anyway." : undefined}
      className="md:w-[640px]"
      verb={rest.when.kind === "now" ? "Run" : "Schedule"}
      error={create.error?.message}
      isBusy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <SchemaForm form={form} />
      <WhenField
        value={rest.when}
        onChange={(when) => set({ when })}
        problem={tried ? whenProblem(rest.when, zone, Date.now()) : undefined}
      />
      <div className="grid gap-x-3 gap-y-4 sm:grid-cols-2">
        <TextField
          label="Run name"
          value={rest.name}
          onChange={(name) => set({ name })}
          placeholder="generated"
        />
        <TagField value={rest.tags} onChange={(tags) => set({ tags })} />
      </div>
      <CliCommand command={command} />
    </FormDialog>
  );
}

interface Rest {
  name: string;
  tags: string;
  when: When;
}

function useRunWith(deployment: Deployment, onMade: Props["onMade"]) {
  const form = useSchemaForm({
    schema: deployment.parameter_openapi_schema,
    value: {},
    fallback: deployment.parameters,
    fallbackName: "deployment",
  });
  const { zone } = useSettings();
  const [rest, setRest] = useState<Rest>({ name: "", tags: "", when: { kind: "now" } });
  const [tried, setTried] = useState(false);
  const create = useCommand(deployments.createFlowRun);
  const submit = () => {
    setTried(true);
    const parameters = form.submit();
    if (!parameters || whenProblem(rest.when, zone, Date.now())) return;
    create.mutate(inputOf(deployment, parameters, rest, zone), {
      onSuccess: (run) => onMade(run, rest.when.kind === "now" ? "is scheduled" : "is scheduled for later"),
    });
  };
  return {
    ...{ form, rest, tried, create, submit },
    set: (patch: Partial<Rest>) => setRest((old) => ({ ...old, ...patch })),
  };
}

/** What is sent; only what was given, as the deployment has the rest. */
function inputOf({ id }: Deployment, parameters: Json, { name, tags, when }: Rest, zone: string) {
  const at = whenAt(when, zone, Date.now());
  const state = at && ({ type: "SCHEDULED", state_details: { scheduled_time: timestamp(at) } } as const);
  return {
    id,
    parameters,
    tags: tagsIn(tags),
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(state ? { state } : {}),
  };
}
