import { useQuery } from "@tanstack/react-query";
import { type ComponentProps, useState } from "react";
import { ApiError } from "../../client/client.ts";
import { type Variable, variables } from "../../schema/variables.ts";
import { query, useApi, useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { FormDialog } from "../kit/overlays/form-dialog.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { Time } from "../parts/time/time.tsx";
import { Reading } from "./reading.tsx";
import { changesOf, type Draft, draftOf, nameProblem, newDraft, readDraft } from "./value-text.ts";
import { VariableFields } from "./variable-fields.tsx";

/** A variable that is to be made. */
export function NewVariable({ onClose }: { onClose: () => void }) {
  const { client } = useApi();
  const create = useCommand(variables.create);
  const form = useDraft(newDraft);
  const inputOf = (value: unknown) => ({
    ...{ name: form.draft.name, value, tags: [...form.draft.tags] },
  });
  const submit = (value: unknown) =>
    create.mutate(inputOf(value), {
      onSuccess: ({ name }) => {
        toast.done(`Created ${name}`);
        onClose();
      },
    });
  return (
    <Drawer
      title="New variable"
      verb="Create variable"
      error={create.error?.message}
      isBusy={create.isPending}
      onSubmit={() => form.submit(submit)}
      onClose={onClose}
    >
      <VariableFields {...form} />
      {form.isValid && <CliCommand command={curlOf(client.baseUrl, variables.create, inputOf(form.value))} />}
      <Reading name={form.problems.name ? "name" : form.draft.name} />
    </Drawer>
  );
}

interface EditProps {
  name: string;
  onClose: () => void;
  onRenamed: (name: string) => void;
  onDelete: (variable: Variable) => void;
}

/** A variable that is there, with all that can be changed about it. */
export function EditVariable(props: EditProps) {
  const { data, error, refetch } = useQuery(query(variables.readByName, { name: props.name }));
  if (data) return <Edit key={data.id} {...props} variable={data} />;
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <Dialog open onClose={props.onClose} side="right" title={props.name} className="md:w-[560px]">
      {isGone && <p className="text-muted">There is no variable with this name. It may have been deleted.</p>}
      {error && !isGone && <Failed what="The variable" error={error} onRetry={() => void refetch()} />}
      {!error && <SkeletonRows rows={6} label="Loading the variable" />}
    </Dialog>
  );
}

function Edit({ variable, onClose, onRenamed, onDelete }: EditProps & { variable: Variable }) {
  const { client } = useApi();
  const update = useCommand(variables.update);
  const [before, setBefore] = useState(variable);
  const form = useDraft(draftOf(before));
  const isOld = before.updated !== variable.updated && !update.isPending;
  const inputOf = (value: unknown) => ({ id: variable.id, ...changesOf(form.before, form.draft, value) });
  const show = (next: Variable) => {
    setBefore(next);
    form.start(draftOf(next));
  };
  const submit = (value: unknown) => {
    const input = inputOf(value);
    update.mutate(input, {
      onSuccess: () => {
        toast.done(`Changed ${form.draft.name}`);
        if (input.name) onRenamed(input.name);
        onClose();
      },
    });
  };
  return (
    <Drawer
      title={variable.name}
      description={
        <>
          Changed <Time time={variable.updated} />, created <Time time={variable.created} />
        </>
      }
      verb="Save variable"
      error={update.error?.message}
      isBusy={update.isPending || !form.isChanged}
      onSubmit={() => form.submit(submit)}
      onClose={onClose}
      onDelete={() => onDelete(variable)}
    >
      {isOld && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-2 rounded-md bg-sunken px-3 py-2 text-late"
        >
          The variable was changed since this form was opened.
          <button type="button" className="underline" onClick={() => show(variable)}>
            Show the new value
          </button>
        </p>
      )}
      <VariableFields {...form} />
      {form.isChanged && form.isValid && (
        <CliCommand command={curlOf(client.baseUrl, variables.update, inputOf(form.value))} />
      )}
      <Reading name={variable.name} />
    </Drawer>
  );
}

/** What was typed, what is wrong with it, and the value that it is. */
function useDraft(initial: Draft) {
  const [before, setBefore] = useState(initial);
  const [draft, setDraft] = useState(initial);
  const [isTried, setTried] = useState(false);
  const read = readDraft(draft);
  const problems = { name: nameProblem(draft.name), value: "problem" in read ? read.problem : undefined };
  const isValid = problems.name === undefined && problems.value === undefined;
  const value = "value" in read ? read.value : undefined;
  return {
    before,
    draft,
    value,
    problems,
    isValid,
    isTried,
    isChanged: Object.keys(changesOf(before, draft, value)).length > 0,
    change: (patch: Partial<Draft>) => setDraft((old) => ({ ...old, ...patch })),
    start: (next: Draft) => {
      setBefore(next);
      setDraft(next);
    },
    submit: (act: (value: unknown) => void) => {
      setTried(true);
      if (isValid) act(value);
    },
  };
}

/** A form at the side of the list. */
function Drawer({ onDelete, ...form }: ComponentProps<typeof FormDialog> & { onDelete?: () => void }) {
  const aside = onDelete && (
    <Button size="md" variant="ghost-danger" onClick={onDelete}>
      Delete variable
    </Button>
  );
  return <FormDialog {...form} side="right" className="md:w-[560px]" aside={aside} />;
}
