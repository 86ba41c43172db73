import { useState } from "react";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { useCommand } from "../../api.ts";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { runCommands } from "../../parts/actions/run-commands.ts";

export function EditTags({ run, onClose }: { run: FlowRun; onClose: () => void }) {
  const [tags, setTags] = useState<readonly string[]>(run.tags);
  const update = useCommand(flowRuns.update);
  const add = tags.filter((tag) => !run.tags.includes(tag));
  const remove = run.tags.filter((tag) => !tags.includes(tag));
  const isChanged = add.length + remove.length > 0;
  return (
    <ConfirmDialog
      title={`Tags of ${run.name}`}
      verb="Save tags"
      disabled={!isChanged}
      act={() => update.mutateAsync({ id: run.id, tags: [...tags] })}
      done={`Saved the tags of ${run.name}`}
      {...(isChanged && { command: runCommands.tag([run.id], { add, remove }) })}
      onClose={onClose}
    >
      <TagEditor
        label="Tags"
        description="Enter or a comma adds a tag. The task runs keep theirs."
        tags={tags}
        onChange={setTags}
      />
    </ConfirmDialog>
  );
}
