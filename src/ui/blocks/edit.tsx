import { useQuery } from "@tanstack/react-query";
import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { query } from "../api.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { Empty } from "../kit/panel.tsx";
import { useNavigate, useParams } from "../kit/router.tsx";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { blockPath } from "../parts/paths.ts";
import { BlockForm } from "./block-form.tsx";
import { Crumbs } from "./crumbs.tsx";
import { TypeIcon } from "./type-icon.tsx";

/** The values of a block as a form. */
export function Page() {
  const { id = "" } = useParams();
  const source = useQuery(query(blockDocuments.read, { id }));
  return (
    <DetailPage what="block" id={id} source={source}>
      {(block) => <Edit key={block.id} block={block} />}
    </DetailPage>
  );
}

function Edit({ block }: { block: BlockDocument }) {
  const navigate = useNavigate();
  const name = block.name ?? block.id;
  usePageTitle(`Edit ${name}`);
  const back = () => void navigate(blockPath(block.id), { replace: true });
  const { block_schema: schema } = block;
  return (
    <>
      <Crumbs
        to={blockPath(block.id)}
        of={block.block_type_name ?? "Block"}
        icon={<TypeIcon slug={block.block_type?.slug ?? ""} size={18} />}
        title={`Edit ${name}`}
        note="Secrets stay as they are unless others are typed."
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-[720px] px-4 py-5">
          {schema ? (
            <BlockForm
              schema={schema}
              block={block}
              onSaved={() => {
                toast.done(`Changed ${name}`);
                back();
              }}
              onCancel={back}
            />
          ) : (
            <Empty title="No schema">The server does not tell the fields of this block.</Empty>
          )}
        </div>
      </div>
    </>
  );
}
