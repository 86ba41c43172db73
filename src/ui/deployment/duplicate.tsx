import { useState } from "react";
import { type Deployment, deployments, inOrderOfCreation } from "../../schema/deployments.ts";
import type { Input } from "../../schema/route.ts";
import { useApi, useCommand } from "../api.ts";
import { TextField } from "../kit/controls/text-field.tsx";
import { useNavigate } from "../kit/router.tsx";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { deploymentPath } from "../parts/paths.ts";

interface Props {
  deployment: Deployment;
  onClose: () => void;
}

/** A copy under another name: its schedules are paused, so that nothing runs twice. */
export function Duplicate({ deployment, onClose }: Props) {
  const { client } = useApi();
  const navigate = useNavigate();
  const [name, setName] = useState(`${deployment.name}-copy`);
  const [problem, setProblem] = useState<string>();
  const create = useCommand(deployments.create);
  const input = copyOf(deployment, name.trim());
  const schedules = deployment.schedules.length;
  return (
    <ConfirmDialog
      title={`Duplicate ${deployment.name}`}
      description={
        schedules === 0
          ? "The copy has everything that the deployment has."
          : `The copy has everything that the deployment has. Its ${schedules === 1 ? "schedule is" : `${schedules} schedules are`} paused until they are resumed.`
      }
      verb="Duplicate deployment"
      act={async () => {
        const wrong = nameProblem(name) ?? (await takenProblem(client, deployment.flow_id, name.trim()));
        setProblem(wrong);
        if (wrong !== undefined) return false;
        const made = await create.mutateAsync(input);
        void navigate(deploymentPath(made.id));
        return true;
      }}
      done={`Created ${name.trim()}`}
      command={curlOf(client.baseUrl, deployments.create, input)}
      onClose={onClose}
    >
      <TextField
        label="Name of the copy"
        value={name}
        onChange={(next) => {
          setName(next);
          setProblem(undefined);
        }}
        error={problem}
      />
    </ConfirmDialog>
  );
}

function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "expected a name";
  return /[/%&><]/.test(name) ? "expected a name without / % & > <" : undefined;
}

/** To create a deployment of a name that exists would change that one. */
async function takenProblem(
  client: ReturnType<typeof useApi>["client"],
  flowId: string,
  name: string,
): Promise<string | undefined> {
  const count = await client.call(deployments.count, {
    flows: { id: { any_: [flowId] } },
    deployments: { name: { any_: [name] } },
  });
  return count > 0 ? `the flow has a deployment named ${name} already` : undefined;
}

/** What is sent for a copy; what only the server sets is left out. */
function copyOf(deployment: Deployment, name: string): Input<typeof deployments.create> {
  const { flow_id, version, description, parameters, tags, labels, job_variables, path } = deployment;
  const { entrypoint, enforce_parameter_schema, parameter_openapi_schema, pull_steps, paused } = deployment;
  return {
    ...{ name, flow_id, version, description, parameters, tags, labels, job_variables, path, entrypoint },
    ...{ enforce_parameter_schema, parameter_openapi_schema, pull_steps, paused },
    work_pool_name: deployment.work_pool_name,
    work_queue_name: deployment.work_queue_name,
    storage_document_id: deployment.storage_document_id,
    infrastructure_document_id: deployment.infrastructure_document_id,
    concurrency_limit: deployment.global_concurrency_limit?.limit ?? null,
    concurrency_options: deployment.concurrency_options,
    schedules: inOrderOfCreation(deployment.schedules).map(
      ({ schedule, parameters, slug, max_scheduled_runs }) => ({
        ...{ schedule, parameters, slug, max_scheduled_runs, active: false },
      }),
    ),
  };
}
