import { useState } from "react";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { useApi, useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { TemplateForm, useTemplate } from "./template-form.tsx";

/** How workers start runs of the pool: the base job template, edited as a form or as JSON. */
export function TemplateTab({ pool }: { pool: WorkPool }) {
  const [saves, setSaves] = useState(0);
  return <Editor key={saves} pool={pool} onSaved={() => setSaves(saves + 1)} />;
}

function Editor({ pool, onSaved }: { pool: WorkPool; onSaved: () => void }) {
  const { client } = useApi();
  const update = useCommand(workPools.update);
  const editing = useTemplate(pool.base_job_template);
  const { whole, fault } = editing;
  const input = { name: pool.name, base_job_template: whole.value };
  const save = () => {
    const base_job_template = editing.submit();
    if (!base_job_template) return;
    update.mutate(
      { name: pool.name, base_job_template },
      {
        onSuccess: () => {
          toast.done(`Saved the job template of ${pool.name}`);
          onSaved();
        },
        onError: (error) => toast.failed(`The job template of ${pool.name} could not be saved`, error),
      },
    );
  };
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        <div className="max-w-[760px]">
          <TemplateForm editing={editing} />
        </div>
      </div>
      {whole.isChanged && (
        <div className="flex shrink-0 flex-wrap items-center gap-2 border-t bg-surface px-4 py-2">
          <div className="min-w-0 flex-1 max-md:hidden">
            {!fault && <CliCommand command={curlOf(client.baseUrl, workPools.update, input)} />}
          </div>
          <Button size="md" variant="primary" disabled={update.isPending} onClick={save}>
            Save job template
          </Button>
        </div>
      )}
    </>
  );
}
