import { useQuery } from "@tanstack/react-query";
import { CircleDot, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { taskRuns } from "../../../schema/task-runs.ts";
import { query, useCommand } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Menu } from "../../kit/overlays/menu.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";

const SetState = lazyNamed(async () => (await import("./set-state.tsx")).SetState);
const Rename = lazyNamed(async () => (await import("./rename.tsx")).Rename);

interface Props {
  /** Of the task run. */
  id: string;
  /** It is no more. */
  onDeleted: () => void;
}

type Open = "set-state" | "rename" | "delete";

/** What can be done to the selected task run. */
export function TaskActions({ id, onDeleted }: Props) {
  const [open, setOpen] = useState<Open | undefined>();
  return (
    <>
      <Menu
        trigger={
          <Button aria-label="Actions on the task run" variant="ghost" className="size-6 !rounded-full !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            { label: "Set state", icon: <CircleDot size={13} />, onSelect: () => setOpen("set-state") },
            { label: "Rename", icon: <Pencil size={13} />, onSelect: () => setOpen("rename") },
          ],
          [{ label: "Delete", icon: <Trash2 size={13} />, danger: true, onSelect: () => setOpen("delete") }],
        ]}
      />
      {open && <TaskDialog {...{ id, open, onDeleted }} onClose={() => setOpen(undefined)} />}
    </>
  );
}

/** Read only when something is to be done to it: the page shows it from the graph. */
function TaskDialog({ id, open, onClose, onDeleted }: Props & { open: Open; onClose: () => void }) {
  const { data: run } = useQuery(query(taskRuns.read, { id }));
  const remove = useCommand(taskRuns.delete);
  if (!run) return null;
  const shared = { noun: "task-run", run, onClose } as const;
  return (
    <Suspense fallback={null}>
      {open === "set-state" && <SetState {...shared} />}
      {open === "rename" && <Rename {...shared} />}
      {open === "delete" && (
        <ConfirmDialog
          danger
          title={`Delete ${run.name}`}
          description="The task run and its states are deleted permanently. Its log lines stay with the flow run."
          verb="Delete task run"
          keep="Keep it"
          act={async () => {
            await remove.mutateAsync({ id });
            onDeleted();
          }}
          done={`Deleted ${run.name}`}
          command={`praetor task-run delete ${id}`}
          onClose={onClose}
        />
      )}
    </Suspense>
  );
}
