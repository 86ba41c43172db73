import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { objectionToRunAgain } from "../../../rules/bulk-verbs.ts";
import { type Deployment, deployments } from "../../../schema/deployments.ts";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { Json } from "../../../schema/scalars.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { query, useCommand } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { Dialog } from "../../kit/overlays/dialog.tsx";
import { Failed } from "../../kit/panel.tsx";
import { useNavigate } from "../../kit/router.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { CliCommand } from "../../parts/actions/copy.tsx";
import { quoted } from "../../parts/actions/curl.ts";
import { runCommands } from "../../parts/actions/run-commands.ts";
import { RunLink, runPath } from "../../parts/runs/run-link.tsx";
import { SchemaForm, useSchemaForm } from "../../schema-form/schema-form.tsx";

interface Props {
  run: FlowRun;
  flowName: string | undefined;
  onClose: () => void;
}

/** A new run like this one, with what is to be different; where the server cannot make one, why and what to do. */
export function RunAgain({ run, flowName, onClose }: Props) {
  const deployment = useQuery({
    ...query(deployments.read, { id: run.deployment_id ?? "" }),
    enabled: run.deployment_id !== null,
  });
  if (run.deployment_id === null) return <CannotRunAgain {...{ run, flowName, onClose }} />;
  if (deployment.data) return <Copied {...{ run, onClose }} deployment={deployment.data} />;
  // A dialog that opens empty and then again with its form would take the focus twice.
  if (!deployment.isError) return null;
  return (
    <Dialog open onClose={onClose} title={`Run ${run.name} again`}>
      <Failed what="The deployment" error={deployment.error} onRetry={() => void deployment.refetch()} />
    </Dialog>
  );
}

function CannotRunAgain({ run, flowName = "flow", onClose }: Props) {
  const parent = useQuery({
    ...query(taskRuns.read, { id: run.parent_task_run_id ?? "" }),
    enabled: run.parent_task_run_id !== null,
  });
  const parentRunId = parent.data?.flow_run_id;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Run ${run.name} again`}
      description={`The server cannot create this run: ${objectionToRunAgain(run)}.`}
      footer={
        <Button size="md" className="ml-auto" onClick={onClose}>
          Close
        </Button>
      }
    >
      {run.parent_task_run_id === null ? (
        <div className="flex flex-col gap-2">
          <p>Start the script again, or deploy the flow so that runs can be created from here:</p>
          <CliCommand command={`praetor deploy flow.ts:${quoted(flowName)} --pool default`} />
        </div>
      ) : parentRunId ? (
        <p>
          It is a subflow. Run its{" "}
          <RunLink kind="flow-run" id={parentRunId} className="text-accent underline">
            parent run
          </RunLink>{" "}
          again, or retry it: finished tasks with a persisted result are not repeated.
        </p>
      ) : (
        <p>It is a subflow: run its parent run again, or retry it.</p>
      )}
    </Dialog>
  );
}

/** What the scheduler adds to its own runs. */
const bySchedule = "auto-scheduled";

interface CopiedProps {
  run: FlowRun;
  deployment: Deployment;
  onClose: () => void;
}

function Copied({ run, deployment, onClose }: CopiedProps) {
  const { form, jobVariables, rest, setRest, changed, create } = useCopy(run, deployment);
  const navigate = useNavigate();
  const act = async () => {
    const parameters = form.submit();
    const job_variables = jobVariables.submit();
    if (!parameters || !job_variables) return false;
    const name = rest.name.trim();
    const made = await create.mutateAsync({
      ...{ id: deployment.id, parameters, job_variables, tags: [...rest.tags] },
      ...(name && { name }),
    });
    void navigate(runPath({ kind: "flow-run", id: made.id }));
    return true;
  };
  const isOfOwn = deployment.tags.some((tag) => !rest.tags.includes(tag));
  return (
    <ConfirmDialog
      title={`Run ${run.name} again`}
      description={`A new run of ${deployment.name}. ${run.name} stays as it is.`}
      verb="Run again"
      act={act}
      done={`Created a run of ${deployment.name}`}
      command={runCommands.runAgain(run.id, changed)}
      onClose={onClose}
    >
      <SchemaForm form={form} />
      <div className="grid gap-x-3 gap-y-4 sm:grid-cols-2">
        <TextField
          label="Run name"
          value={rest.name}
          onChange={(name) => setRest({ ...rest, name })}
          placeholder="generated"
        />
        <TagEditor label="Tags" tags={rest.tags} onChange={(tags) => setRest({ ...rest, tags })} />
      </div>
      {isOfOwn && <p className="text-muted">Tags of the deployment are added to every run.</p>}
      <details className="rounded-md border px-3 py-2" open={Object.keys(jobVariables.value).length > 0}>
        <summary className="font-strong">Job variables</summary>
        <div className="pt-2">
          <SchemaForm form={jobVariables} label="Job variables" />
        </div>
      </details>
    </ConfirmDialog>
  );
}

function useCopy(run: FlowRun, deployment: Deployment) {
  const form = useSchemaForm({
    schema: deployment.parameter_openapi_schema,
    value: run.parameters,
    fallback: deployment.parameters,
    fallbackName: "deployment",
  });
  const jobVariables = useSchemaForm({ schema: null, value: run.job_variables ?? {} });
  const own = run.tags.filter((tag) => tag !== bySchedule);
  const [rest, setRest] = useState<{ name: string; tags: readonly string[] }>({ name: "", tags: own });
  const create = useCommand(deployments.createFlowRun);
  const isRetagged = rest.tags.join("\n") !== own.join("\n");
  const changed = {
    parameters: differing(form.value, run.parameters),
    job_variables: differing(jobVariables.value, run.job_variables ?? {}),
    ...(isRetagged && { tags: rest.tags }),
  };
  return { form, jobVariables, rest, setRest, changed, create };
}

const differing = (value: Json, before: Json): Json =>
  Object.fromEntries(
    Object.entries(value).filter(([key, inner]) => JSON.stringify(inner) !== JSON.stringify(before[key])),
  );
