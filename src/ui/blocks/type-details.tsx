import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Plus } from "lucide-react";
import { blockSchemas } from "../../schema/block-schemas.ts";
import type { BlockType } from "../../schema/block-types.ts";
import { query } from "../api.ts";
import { Button, buttonClass } from "../kit/controls/button.tsx";
import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { Section } from "../kit/section.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { newBlockPath } from "../parts/paths.ts";
import { Tag } from "../parts/tag.tsx";
import { isRecord, readShape } from "../schema-form/shapes.ts";
import { TypeIcon } from "./type-icon.tsx";

interface Props {
  type: BlockType;
  onBack: () => void;
}

/** What a block type is for, its fields, and code that uses it. */
export function TypeDetails({ type, onBack }: Props) {
  const ofType = { block_schemas: { block_type_id: { any_: [type.id] } }, limit: 1 };
  const schemas = useQuery(query(blockSchemas.filter, ofType));
  return (
    <article aria-label={type.name}>
      <header className="flex flex-wrap items-center gap-3 border-b px-3 py-3">
        <Button variant="ghost" className="md:hidden" onClick={onBack}>
          <ArrowLeft size={13} />
          All types
        </Button>
        <h2 className="flex min-w-0 flex-1 items-center gap-2 text-md font-strong">
          <TypeIcon slug={type.slug} size={18} />
          {type.name}
        </h2>
        <Link to={newBlockPath(type.slug)} className={buttonClass("primary")}>
          <Plus size={13} />
          New {type.name} block
        </Link>
      </header>
      {type.description && (
        <Section title="Description">
          <Markdown text={type.description} />
          {type.documentation_url && (
            <a
              href={type.documentation_url}
              target="_blank"
              rel="noreferrer"
              className="mt-2 inline-block text-accent underline"
            >
              Documentation
            </a>
          )}
        </Section>
      )}
      <Panel
        what="The fields"
        label="Fields"
        source={schemas}
        skeleton={<SkeletonRows rows={4} label="Loading the fields" />}
      >
        {([schema]) => schema && <Fields fields={schema.fields} capabilities={schema.capabilities} />}
      </Panel>
      {type.code_example && (
        <Section title="Example">
          <Markdown text={type.code_example} />
        </Section>
      )}
    </article>
  );
}

function Fields({
  fields,
  capabilities,
}: {
  fields: Record<string, unknown>;
  capabilities: readonly string[];
}) {
  const shape = readShape({ ...fields, type: "object" }, fields);
  const properties = shape.kind === "object" ? shape.properties : [];
  return (
    <>
      {capabilities.length > 0 && (
        <Section title="Capabilities">
          <div className="flex flex-wrap gap-1.5">
            {capabilities.map((name) => (
              <Tag key={name} name={name} />
            ))}
          </div>
        </Section>
      )}
      <Section title="Fields">
        <dl className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[minmax(100px,auto)_1fr]">
          {properties.map(({ key, schema, isRequired }) => (
            <div key={key} className="contents">
              <dt className="font-mono text-xs leading-5">
                {key}
                {isRequired && <span className="ml-1 font-sans text-muted">required</span>}
              </dt>
              <dd className="text-muted">{aboutOf(schema)}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  );
}

const aboutOf = (schema: unknown): string => {
  const { description, title } = isRecord(schema) ? schema : {};
  return typeof description === "string" ? description : typeof title === "string" ? title : "";
};
