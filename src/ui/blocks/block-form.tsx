import { type ReactNode, useId, useState } from "react";
import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import type { BlockSchema } from "../../schema/block-schemas.ts";
import { Slug } from "../../schema/block-types.ts";
import type { Json } from "../../schema/scalars.ts";
import { useApi, useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { Empty, Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";
import { blockControls } from "./controls.tsx";
import { formSchemaOf, formValueOf } from "./form-schema.ts";
import { NewBlockContext, type NewBlockProps } from "./new-block.ts";
import { useNewestSchema } from "./use-newest-schema.ts";

interface Props {
  schema: BlockSchema;
  /** The block that is edited; none for one that is to be made. */
  block?: BlockDocument;
  onSaved: (id: string) => void;
  onCancel: () => void;
  /** Below the fields. */
  children?: (name: string) => ReactNode;
}

/** The fields of a block, as its schema has them. */
export function BlockForm({ schema, block, onSaved, onCancel, children }: Props) {
  const id = useId();
  const [name, setName] = useState(block?.name ?? "");
  const [isTried, setTried] = useState(false);
  const [formSchema] = useState(() => formSchemaOf(schema));
  const form = useSchemaForm({ schema: formSchema, value: block ? formValueOf(block) : {} });
  const { save, error, isPending } = useSave(schema, block, onSaved);
  const problem = block ? undefined : nameProblem(name);
  const submit = () => {
    setTried(true);
    const data = form.submit();
    if (data && !problem) save(name, data);
  };
  return (
    <form
      id={id}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        // A form that makes a block for this one stands in a dialog within it.
        event.stopPropagation();
        submit();
      }}
    >
      {!block && <NameField value={name} onChange={setName} error={isTried || name ? problem : undefined} />}
      <NewBlockContext value={NewBlockDialog}>
        <SchemaForm form={form} label="Fields" controls={blockControls} />
      </NewBlockContext>
      {children?.(name)}
      <div className="flex items-center gap-2 border-t pt-3">
        <p role="alert" className="min-w-0 flex-1 break-words text-danger">
          {error?.message}
        </p>
        <Button size="md" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          size="md"
          variant="primary"
          type="submit"
          disabled={isPending || (block !== undefined && !form.isChanged)}
        >
          {block ? "Save block" : "Create block"}
        </Button>
      </div>
    </form>
  );
}

/** Saves what was typed: all data, in which masks stand for secrets that stay and references for blocks. */
function useSave(schema: BlockSchema, block: BlockDocument | undefined, onSaved: (id: string) => void) {
  const { queries } = useApi();
  const create = useCommand(blockDocuments.create);
  const update = useCommand(blockDocuments.update);
  const saved = async (id: string) => {
    await queries.invalidateQueries({ queryKey: ["block-documents"] });
    onSaved(id);
  };
  const kind = { block_schema_id: schema.id };
  const save = (name: string, data: Json) => {
    if (block)
      update.mutate(
        { id: block.id, data, merge_existing_data: false, ...kind },
        { onSuccess: () => void saved(block.id) },
      );
    else
      create.mutate(
        { name, data, block_type_id: schema.block_type_id, ...kind },
        { onSuccess: ({ id }) => void saved(id) },
      );
  };
  return { save, error: create.error ?? update.error, isPending: create.isPending || update.isPending };
}

const nameProblem = (name: string): string | undefined => {
  if (name === "") return "expected a name";
  return Slug.safeParse(name).error?.issues[0]?.message;
};

interface NameProps {
  value: string;
  onChange: (name: string) => void;
  error: string | undefined;
}

function NameField({ value, onChange, error }: NameProps) {
  const id = useId();
  const description = "Lower-case letters, digits and dashes. The name cannot be changed later.";
  return (
    <Field label="Name" id={id} isRequired description={description} error={error}>
      <input
        {...inputProps(id, { description, error })}
        value={value}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
        className={cx(inputClass, "h-8 font-mono text-xs")}
      />
    </Field>
  );
}

/** Makes a block that another one is to hold. */
function NewBlockDialog({ slug, onClose, onCreated }: NewBlockProps) {
  const { schema, isMissing, error, refetch } = useNewestSchema(slug);
  return (
    <Dialog isForm open onClose={onClose} title={`New ${slug} block`} className="md:w-[640px]">
      {schema && <BlockForm schema={schema} onSaved={onCreated} onCancel={onClose} />}
      {isMissing && <Empty title={`No block type ${slug}`} />}
      {error && <Failed what="The block type" error={error} onRetry={refetch} />}
      {!schema && !isMissing && !error && <SkeletonRows rows={6} label="Loading the block type" />}
    </Dialog>
  );
}
