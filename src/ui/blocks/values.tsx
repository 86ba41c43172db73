import { useMutation } from "@tanstack/react-query";
import { Eye, EyeOff } from "lucide-react";
import { useEffect } from "react";
import { type BlockDocument, blockDocuments, mask } from "../../schema/block-documents.ts";
import type { Json } from "../../schema/scalars.ts";
import { useApi } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Link } from "../kit/router.tsx";
import { Section } from "../kit/section.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { blockPath } from "../parts/paths.ts";
import { inOneLine, isRecord, readShape } from "../schema-form/shapes.ts";
import { hasMask, heldAt } from "./form-schema.ts";
import { TypeIcon } from "./type-icon.tsx";

/** How long secrets stay in sight. */
const shownMs = 60_000;

/** The values of a block. Its secrets are asked for when they are to be shown, and forgotten when they are hidden. */
export function Values({ block }: { block: BlockDocument }) {
  const { client } = useApi();
  const { data, error, isPending, mutate, reset } = useMutation({
    mutationFn: () => client.call(blockDocuments.read, { id: block.id, include_secrets: true }),
    gcTime: 0,
  });
  // What changes meanwhile is not what is shown.
  const shown = data?.updated === block.updated ? data : undefined;
  useEffect(() => {
    if (!data) return;
    const timer = setTimeout(reset, shownMs);
    return () => clearTimeout(timer);
  }, [data, reset]);
  return (
    <Section
      title="Values"
      action={
        hasMask(block.data) && (
          <Button variant="ghost" disabled={isPending} onClick={() => (shown ? reset() : mutate())}>
            {shown ? <EyeOff size={13} /> : <Eye size={13} />}
            {shown ? "Hide secrets" : "Show secrets"}
          </Button>
        )
      }
    >
      {error && (
        <p role="alert" className="mb-2 text-danger">
          {error.message}
        </p>
      )}
      <dl className="flex flex-col">
        {rowsOf(block).map(({ key, title, fallback }) => (
          <div
            key={key}
            className="grid gap-x-4 border-b py-2 last:border-b-0 sm:grid-cols-[minmax(120px,1fr)_minmax(0,3fr)]"
          >
            <dt className="min-w-0 break-words">
              <span className="font-strong">{key}</span>
              {title && <span className="block text-xs text-muted">{title}</span>}
            </dt>
            <dd className="min-w-0">
              <Value block={block} name={key} fallback={fallback} shown={shown?.data} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

/** In the order of the schema, then what it does not name. */
function rowsOf({ data, block_schema }: BlockDocument) {
  const fields: Json = block_schema?.fields ?? {};
  const shape = readShape({ ...fields, type: "object" }, fields);
  const named = shape.kind === "object" ? shape.properties : [];
  const keys = named.map(({ key, schema }) => ({
    ...{ key, title: titleOf(key, schema) },
    fallback: readShape(schema, fields).fallback,
  }));
  const others = Object.keys(data).filter((key) => !named.some((one) => one.key === key));
  return [...keys, ...others.map((key) => ({ key, title: undefined, fallback: undefined }))];
}

/** Where it says more than the key. */
function titleOf(key: string, schema: unknown): string | undefined {
  const title = isRecord(schema) && typeof schema.title === "string" ? schema.title : undefined;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  return title && plain(title) !== plain(key) ? title : undefined;
}

interface ValueProps {
  block: BlockDocument;
  name: string;
  /** Used where there is no value. */
  fallback: unknown;
  /** All values with their secrets, while these are shown. */
  shown: Json | undefined;
}

function Value({ block, name, fallback, shown }: ValueProps) {
  const held = heldAt(block, name);
  if (held)
    return (
      <Link to={blockPath(held.id)} className="inline-flex items-center gap-1.5 text-accent hover:underline">
        <TypeIcon slug={held.slug} size={13} />
        {held.slug}/{held.name}
      </Link>
    );
  const value = (shown ?? block.data)[name];
  if (value === undefined || value === null) return <Unset fallback={fallback} />;
  if (value === mask)
    return (
      <span className="font-mono text-xs text-muted" role="img" aria-label="Hidden secret">
        ••••••••
      </span>
    );
  if (typeof value === "object") return <JsonView value={value} />;
  const text = String(value);
  return (
    <span className="flex min-w-0 items-start gap-1">
      <code className="min-w-0 break-words whitespace-pre-wrap">{text}</code>
      <Copy text={text} label={`Copy ${name}`} />
    </span>
  );
}

function Unset({ fallback }: { fallback: unknown }) {
  if (fallback === undefined || fallback === null) return <span className="text-faint">Not set</span>;
  return (
    <span className="text-muted">
      <code>{inOneLine(fallback)}</code> <span className="rounded-sm bg-active px-1 text-xs">default</span>
    </span>
  );
}
