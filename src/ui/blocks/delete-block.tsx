import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { useApi, useCommand, useIsPraetor } from "../api.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf, quoted } from "../parts/actions/curl.ts";
import { UseList } from "./uses.tsx";

interface Props {
  block: BlockDocument;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a block is deleted, and says what refers to it. */
export function DeleteBlock({ block, onClose, onDeleted }: Props) {
  const { client } = useApi();
  const isPraetor = useIsPraetor();
  const remove = useCommand(blockDocuments.delete);
  const input = { id: block.id };
  const name = `${block.block_type?.slug ?? ""}/${block.name ?? ""}`;
  return (
    <ConfirmDialog
      title={`Delete ${block.name ?? block.id}`}
      description="Code that loads the block fails afterwards, and what refers to it loses it."
      verb="Delete block"
      danger
      done={`Deleted ${block.name ?? block.id}`}
      command={
        isPraetor
          ? `praetor block delete ${quoted(name)}`
          : curlOf(client.baseUrl, blockDocuments.delete, input)
      }
      act={async () => {
        await remove.mutateAsync(input);
        onDeleted();
      }}
      onClose={onClose}
    >
      {isPraetor && (
        <section aria-label="Where used">
          <h3 className="font-strong">Where used</h3>
          <UseList id={block.id} />
        </section>
      )}
    </ConfirmDialog>
  );
}
