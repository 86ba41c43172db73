import { useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { query } from "../api.ts";
import { Button, buttonClass } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Link, useNavigate, useParams } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { useScopes } from "../live.ts";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { blocksPath, editBlockPath } from "../parts/paths.ts";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time/time.tsx";
import { Crumbs } from "./crumbs.tsx";
import { Reading } from "./reading.tsx";
import { TypeIcon } from "./type-icon.tsx";
import { Uses } from "./uses.tsx";
import { Values } from "./values.tsx";

const DeleteBlock = lazyNamed(async () => (await import("./delete-block.tsx")).DeleteBlock);

/** One block: its values, how code loads it, and what refers to it. */
export function Page() {
  const { id = "" } = useParams();
  useScopes([{ noun: "block-documents" }]);
  const source = useQuery(query(blockDocuments.read, { id }));
  return (
    <DetailPage what="block" id={id} source={source}>
      {(block) => <Detail key={block.id} block={block} />}
    </DetailPage>
  );
}

function Detail({ block }: { block: BlockDocument }) {
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  const slug = block.block_type?.slug ?? "";
  const name = block.name ?? block.id;
  usePageTitle(`${name} ${block.block_type_name ?? ""}`);
  useShortcuts([
    { keys: "e", label: "Edit block", group: "Block", run: () => void navigate(editBlockPath(block.id)) },
  ]);
  return (
    <>
      <Crumbs
        to={blocksPath}
        of="Blocks"
        icon={<TypeIcon slug={slug} size={18} />}
        title={name}
        note={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {block.block_type_name}
            {block.block_schema?.capabilities.map((capability) => (
              <Tag key={capability} name={capability} />
            ))}
            <span>
              Changed <Time time={block.updated} />
            </span>
          </span>
        }
        actions={
          <>
            <Link to={editBlockPath(block.id)} className={buttonClass("primary")}>
              <Pencil size={13} />
              Edit block
            </Link>
            <Button variant="danger" onClick={() => setDeleting(true)}>
              <Trash2 size={13} />
              Delete block
            </Button>
          </>
        }
      />
      <div className="grid min-h-0 flex-1 content-start overflow-y-auto lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Values block={block} />
        <div className="min-w-0 lg:border-l">
          <Uses id={block.id} />
          <Reading slug={slug} name={name} />
        </div>
      </div>
      <Suspense fallback={null}>
        {isDeleting && (
          <DeleteBlock
            block={block}
            onClose={() => setDeleting(false)}
            onDeleted={() => {
              void navigate(blocksPath, { replace: true });
            }}
          />
        )}
      </Suspense>
    </>
  );
}
