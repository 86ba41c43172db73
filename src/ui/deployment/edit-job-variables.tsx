import { useQuery } from "@tanstack/react-query";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { Json } from "../../schema/scalars.ts";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { query, useApi, useCommand } from "../api.ts";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { FormDialog } from "../kit/overlays/form-dialog.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";

interface Props {
  deployment: Deployment;
  onClose: () => void;
}

/** The job variables of a deployment, as a form where the template of its work pool describes them. */
export function EditJobVariables({ deployment, onClose }: Props) {
  const pool = useQuery({
    ...query(workPools.read, { name: deployment.work_pool_name ?? "" }),
    enabled: deployment.work_pool_name !== null,
  });
  const isPending = deployment.work_pool_name !== null && pool.isPending;
  if (isPending)
    return (
      <Dialog open onClose={onClose} title={title(deployment)} className={width}>
        <SkeletonRows rows={6} label="Loading the template of the work pool" />
      </Dialog>
    );
  return <Form deployment={deployment} pool={pool.data} onClose={onClose} />;
}

const title = ({ name }: Deployment) => `Job variables of ${name}`;
const width = "md:w-[680px]";

function Form({ deployment, pool, onClose }: Props & { pool: WorkPool | undefined }) {
  const { client } = useApi();
  const form = useSchemaForm({ schema: schemaOf(pool), value: deployment.job_variables });
  const update = useCommand(deployments.update);
  const save = () => {
    const job_variables = form.submit();
    if (!job_variables) return;
    update.mutate(
      { id: deployment.id, job_variables },
      {
        onSuccess: () => {
          toast.done(`Changed the job variables of ${deployment.name}`);
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={title(deployment)}
      description={
        pool
          ? `Overrides of the base job template of ${pool.name}. What is left out comes from the work pool.`
          : "Passed to what starts the process of a run."
      }
      className={width}
      verb="Save job variables"
      error={update.error?.message}
      isBusy={update.isPending}
      onSubmit={save}
      onClose={onClose}
    >
      <SchemaForm form={form} label="Job variables" />
      {form.isChanged && !form.mistake && (
        <CliCommand
          command={curlOf(client.baseUrl, deployments.update, {
            id: deployment.id,
            job_variables: form.value,
          })}
        />
      )}
    </FormDialog>
  );
}

/** The variables of a template; none of them has to be given here, as the pool or the run may do so. */
function schemaOf(pool: WorkPool | undefined): Json | null {
  const variables = Json.safeParse(pool?.base_job_template.variables).data;
  const properties = Json.safeParse(variables?.properties).data;
  if (!variables || !properties || Object.keys(properties).length === 0) return null;
  return { ...variables, type: "object", required: [] };
}
