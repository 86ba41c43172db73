import { type Deployment, deployments } from "../../schema/deployments.ts";
import { useApi, useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { Empty } from "../kit/panel.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";

/** What each run gets unless its schedule or whoever asks for it says otherwise. */
export function Parameters({ deployment }: { deployment: Deployment }) {
  const { parameter_openapi_schema: schema, parameters } = deployment;
  const properties = schema?.properties;
  const takesNone =
    typeof properties === "object" && properties !== null && Object.keys(properties).length === 0;
  if (takesNone && Object.keys(parameters).length === 0)
    return <Empty title="No parameters">Parameters come from the schema or the types of the flow.</Empty>;
  return <Form deployment={deployment} />;
}

function Form({ deployment }: { deployment: Deployment }) {
  const schema = deployment.parameter_openapi_schema;
  const form = useSchemaForm({
    // What is required may still come from a schedule or from who asks for a run.
    schema: schema && { ...schema, required: [] },
    value: deployment.parameters,
  });
  const { client } = useApi();
  const update = useCommand(deployments.update);
  const save = () => {
    const parameters = form.submit();
    if (!parameters) return;
    update.mutate(
      { id: deployment.id, parameters },
      { onSuccess: () => toast.done(`Changed the parameters of ${deployment.name}`) },
    );
  };
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className="min-h-0 flex-1 overflow-y-auto px-3 py-3">
        <p className="mb-3 text-muted">Defaults of each run. A schedule or a custom run can override them.</p>
        <SchemaForm form={form} />
        {form.isChanged && !form.mistake && (
          <div className="mt-4">
            <CliCommand
              command={curlOf(client.baseUrl, deployments.update, {
                id: deployment.id,
                parameters: form.value,
              })}
            />
          </div>
        )}
      </div>
      {form.isChanged && (
        <footer className="flex items-center gap-2 border-t px-3 py-2">
          <p role="alert" className="min-w-0 flex-1 break-words text-danger">
            {update.error?.message}
          </p>
          <Button variant="primary" type="submit" disabled={update.isPending}>
            Save parameters
          </Button>
        </footer>
      )}
    </form>
  );
}
