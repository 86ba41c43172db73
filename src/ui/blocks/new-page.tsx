import type { BlockType } from "../../schema/block-types.ts";
import { useIsPraetor } from "../api.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { Empty, Failed } from "../kit/panel.tsx";
import { Link, useNavigate, useParams } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { quoted } from "../parts/actions/curl.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { blockPath, catalogPath } from "../parts/paths.ts";
import { BlockForm } from "./block-form.tsx";
import { Crumbs } from "./crumbs.tsx";
import { TypeIcon } from "./type-icon.tsx";
import { useNewestSchema } from "./use-newest-schema.ts";

/** A block of one type that is to be made. */
export function Page() {
  const { slug = "" } = useParams();
  const navigate = useNavigate();
  const { type, schema, isMissing, error, refetch } = useNewestSchema(slug);
  const isPraetor = useIsPraetor();
  const name = type ? `New ${type.name} block` : "New block";
  usePageTitle(name);
  if (isMissing)
    return (
      <Empty title={`There is no block type ${slug}`}>
        <Link to={catalogPath} className="text-accent underline">
          All block types
        </Link>
      </Empty>
    );
  if (error) return <Failed what="The block type" error={error} onRetry={refetch} />;
  return (
    <>
      <Crumbs to={catalogPath} of="Block types" title={name} icon={<TypeIcon slug={slug} size={18} />} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-[720px] flex-col gap-5 px-4 py-5">
          {type?.description && <Description type={type} />}
          {schema ? (
            <BlockForm
              key={schema.id}
              schema={schema}
              onSaved={(id) => {
                toast.done(`Created a ${type?.name ?? slug} block`);
                void navigate(blockPath(id), { replace: true });
              }}
              onCancel={() => window.history.back()}
            >
              {(blockName) =>
                isPraetor &&
                slug === "secret" && (
                  <CliCommand command={`praetor secret set ${quoted(blockName || "NAME")}`} />
                )
              }
            </BlockForm>
          ) : (
            <SkeletonRows rows={6} label="Loading the block type" />
          )}
        </div>
      </div>
    </>
  );
}

const Description = ({ type }: { type: BlockType }) => (
  <div className="text-muted">
    <Markdown text={type.description ?? ""} />
  </div>
);
