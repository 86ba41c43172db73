import { useQuery } from "@tanstack/react-query";
import { ExternalLink, Plus } from "lucide-react";
import { use, useState } from "react";
import { blockDocuments, mask } from "../../schema/block-documents.ts";
import { query } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { inputClass, inputProps } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";
import { Link } from "../kit/router.tsx";
import { blockPath } from "../parts/paths.ts";
import type { CustomProps } from "../schema-form/control.ts";
import { referenceTo, referredId, typesKey } from "./form-schema.ts";
import { NewBlockContext } from "./new-block.ts";

/** A secret: one that is stored is never shown, and stays unless another one is typed. */
function SecretControl({ id, shape, value, error, isRequired, onChange }: CustomProps) {
  const [wasStored] = useState(value === mask);
  const [isLong, setLong] = useState(false);
  const isStored = value === mask;
  const text = isStored || typeof value !== "string" ? "" : value;
  const shared = {
    ...inputProps(id, { description: shape.description, error }),
    "aria-required": isRequired || undefined,
    value: text,
    autoComplete: "new-password",
    spellCheck: false,
    placeholder: isStored ? "Unchanged · type to replace" : "",
    onChange: ({ target }: { target: { value: string } }) =>
      onChange(target.value === "" ? (wasStored ? mask : undefined) : target.value),
  };
  if (isLong || text.includes("\n"))
    return (
      <textarea {...shared} rows={5} className={cx(inputClass, "block py-1.5 font-mono text-xs leading-5")} />
    );
  return (
    <input
      {...shared}
      type="password"
      // A field of one line would join the lines of a key that is pasted.
      onPaste={(event) => {
        const pasted = event.clipboardData.getData("text");
        if (!pasted.trim().includes("\n")) return;
        event.preventDefault();
        setLong(true);
        onChange(pasted);
      }}
      className={cx(inputClass, "h-8 font-mono text-xs")}
    />
  );
}

const most = 200;

/** Another block: one that exists, or one that is made for this. */
function BlockControl({ id, name, shape, value, error, isRequired, onChange }: CustomProps) {
  const types = typesIn(shape.schema[typesKey]);
  const [making, setMaking] = useState<string | null>(null);
  const NewBlock = use(NewBlockContext);
  const input = { block_types: { slug: { any_: types } }, limit: most };
  const { data = [], isPending } = useQuery(query(blockDocuments.filter, input));
  const chosen = referredId(value);
  const isInline = value !== undefined && value !== null && chosen === undefined;
  const isUnknown = chosen !== undefined && !isPending && !data.some((block) => block.id === chosen);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <select
        {...inputProps(id, { description: shape.description, error })}
        aria-required={isRequired || undefined}
        value={isInline ? "inline" : (chosen ?? "")}
        onChange={({ target }) => {
          if (target.value !== "inline")
            onChange(target.value === "" ? undefined : referenceTo(target.value));
        }}
        className={cx(inputClass, "h-8 max-w-96")}
      >
        <option value="">{isRequired ? "Choose a block" : "No block"}</option>
        {isInline && <option value="inline">Values of its own</option>}
        {isUnknown && <option value={chosen}>{chosen}</option>}
        {data.map((block) => (
          <option key={block.id} value={block.id} className="bg-raised text-fg">
            {types.length > 1 ? `${block.block_type_name}: ${block.name}` : block.name}
          </option>
        ))}
      </select>
      {types.map((slug) => (
        <Button key={slug} onClick={() => setMaking(slug)}>
          <Plus size={13} />
          New {slug}
        </Button>
      ))}
      {chosen && (
        <Link
          to={blockPath(chosen)}
          target="_blank"
          rel="noreferrer"
          aria-label={`Open the block of ${name} in a new tab`}
          className="touch p-1 text-muted hover:text-fg"
        >
          <ExternalLink size={14} />
        </Link>
      )}
      {making && NewBlock && (
        <NewBlock
          slug={making}
          onClose={() => setMaking(null)}
          onCreated={(made) => {
            onChange(referenceTo(made));
            setMaking(null);
          }}
        />
      )}
    </div>
  );
}

const typesIn = (types: unknown): string[] => (Array.isArray(types) ? types.map(String) : []);

/** By the names that `formSchemaOf` gives them. */
export const blockControls = { secret: SecretControl, block: BlockControl };
