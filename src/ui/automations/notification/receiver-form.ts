import { useState } from "react";
import { blockDocuments } from "../../../schema/block-documents.ts";
import { useCommand } from "../../api.ts";
import { useSchemaForm } from "../../schema-form/schema-form.tsx";
import type { ReceiverType } from "./receiver-types.ts";

/** A block that is being made: its name and what its type asks for. */
export function useReceiverForm(type: ReceiverType) {
  const form = useSchemaForm({ schema: type.schema.fields, value: {} });
  const [name, setName] = useState("");
  const [tries, setTries] = useState(0);
  const command = useCommand(blockDocuments.create);
  const wrong = /^[a-z0-9-]+$/.test(name) ? undefined : "expected lower-case letters, digits and dashes";
  return {
    form,
    name,
    setName,
    nameProblem: tries > 0 ? wrong : undefined,
    /** The new block; undefined where something is wrong, which is shown. */
    create: async () => {
      setTries(tries + 1);
      const data = form.submit();
      if (!data || wrong !== undefined) return undefined;
      const { id: block_schema_id, block_type_id } = type.schema;
      const made = await command.mutateAsync({ name, data, block_schema_id, block_type_id });
      return { id: made.id, name };
    },
  };
}
export type ReceiverForm = ReturnType<typeof useReceiverForm>;
