import { MoreHorizontal, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import type { Flow } from "../../schema/flows.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { useNavigate } from "../kit/router.tsx";

const FlowBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/flow-blast-radius.tsx")).FlowBlastRadius,
);

/** What can be done to the flow. */
export function Actions({ flow }: { flow: Flow }) {
  const [isDeleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  return (
    <>
      <Menu
        trigger={
          <Button aria-label="More actions" className="w-7 !px-0">
            <MoreHorizontal size={15} />
          </Button>
        }
        groups={[
          [
            {
              label: "Delete flow",
              icon: <Trash2 size={13} />,
              danger: true,
              onSelect: () => setDeleting(true),
            },
          ],
        ]}
      />
      <Suspense fallback={null}>
        {isDeleting && (
          <FlowBlastRadius
            targets={[flow]}
            onClose={() => setDeleting(false)}
            onDone={(ids) => {
              if (ids.length === 0) return;
              toast.done(`Deleted ${flow.name}`);
              void navigate("/flows");
            }}
          />
        )}
      </Suspense>
    </>
  );
}
