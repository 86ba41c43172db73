import { Copy, FlaskConical, MoreHorizontal, Pause, Pencil, Play, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import type { Automation } from "../../../schema/automations.ts";
import { useIsPraetor } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Menu } from "../../kit/overlays/menu.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { useNavigate } from "../../kit/router.tsx";
import { useShortcuts } from "../../kit/shortcuts.ts";
import { editAutomationPath, newAutomationPath } from "../../parts/paths.ts";
import type { AutomationVerb } from "../bulk-dialog.tsx";

const TestDialog = lazyNamed(async () => (await import("./test-dialog.tsx")).TestDialog);
const Dialog = lazyNamed(async () => (await import("../bulk-dialog.tsx")).AutomationBulkDialog);

/** What can be done to the automation. */
export function Actions({ automation }: { automation: Automation }) {
  const [open, setOpen] = useState<AutomationVerb>();
  const [isTesting, setTesting] = useState(false);
  const isPraetor = useIsPraetor();
  const navigate = useNavigate();
  const turn = automation.enabled ? "pause" : "resume";
  const edit = () => void navigate(editAutomationPath(automation.id));
  useShortcuts([
    { keys: "e", label: "Edit the automation", group: "Automation", run: edit },
    { keys: "p", label: "Pause or resume the automation", group: "Automation", run: () => setOpen(turn) },
  ]);
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      <Button
        onClick={() => setTesting(true)}
        disabled={!isPraetor || automation.actions.length + automation.actions_on_trigger.length === 0}
        title={isPraetor ? undefined : "Testing needs a Praetor server"}
      >
        <FlaskConical size={13} />
        Test
      </Button>
      <Button variant="primary" onClick={edit}>
        <Pencil size={13} />
        Edit
      </Button>
      <Button onClick={() => setOpen(turn)}>
        {automation.enabled ? <Pause size={13} /> : <Play size={13} />}
        {automation.enabled ? "Pause" : "Resume"}
      </Button>
      <Menu
        trigger={
          <Button aria-label="More actions" className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            {
              label: "Duplicate",
              icon: <Copy size={13} />,
              onSelect: () => void navigate(newAutomationPath({ copy: automation.id })),
            },
          ],
          [
            {
              label: "Delete",
              icon: <Trash2 size={13} />,
              danger: true,
              onSelect: () => setOpen("delete"),
            },
          ],
        ]}
      />
      <Suspense fallback={null}>
        {isTesting && <TestDialog automation={automation} onClose={() => setTesting(false)} />}
        {open && (
          <Dialog
            verb={open}
            targets={[automation]}
            frozen={null}
            onClose={() => setOpen(undefined)}
            onDone={(ids) => {
              if (ids?.length !== 1) return;
              setOpen(undefined);
              toast.done(`${done[open]} ${automation.name}`);
              if (open === "delete") void navigate("/automations");
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

const done = { pause: "Paused", resume: "Resumed", delete: "Deleted" } as const;
