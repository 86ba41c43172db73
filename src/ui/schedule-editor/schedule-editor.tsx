import { Suspense } from "react";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { dialogSize, type ScheduleEditorProps, titleOf } from "./props.ts";

const Body = lazyNamed(async () => (await import("./body.tsx")).ScheduleEditorBody);

/** A dialog in which a schedule is made or changed, with what it will do beside it. */
export function ScheduleEditor(props: ScheduleEditorProps) {
  return (
    <Suspense fallback={<Waiting {...props} />}>
      <Body {...props} />
    </Suspense>
  );
}

function Waiting({ saved, onClose }: ScheduleEditorProps) {
  return (
    <Dialog open onClose={onClose} title={titleOf({ ...(saved ? { saved } : {}) })} className={dialogSize}>
      <div role="status" aria-label="Loading the editor" className="grid gap-6 md:grid-cols-2">
        <Skeleton className="h-80 w-full" />
        <Skeleton className="h-80 w-full" />
      </div>
    </Dialog>
  );
}
