import { GitCompareArrows, Trash2, X } from "lucide-react";
import { Suspense, useState } from "react";
import type { Artifact } from "../../../schema/artifacts.ts";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Empty } from "../../kit/panel.tsx";
import { useShortcuts } from "../../kit/shortcuts.ts";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import type { List } from "../../lists/list.ts";
import { Time } from "../../parts/time/time.tsx";
import { ArtifactPane } from "../artifact-pane.tsx";
import type { Chosen } from "./chosen.ts";

const DeleteDialog = lazyNamed(async () => (await import("../delete-dialog.tsx")).DeleteDialog);
const Comparison = lazyNamed(async () => (await import("../compare/comparison.tsx")).Comparison);

interface Props {
  chosen: Chosen;
  list: List<Artifact>;
}

/** The version that is chosen, or what is different between two. */
export function Detail({ chosen, list }: Props) {
  const { version, base, isComparing, isMissing, compareWith } = chosen;
  const [isDeleting, setDeleting] = useState(false);
  const place = list.rows.findIndex(({ id }) => id === version?.id);
  const previous = place >= 0 ? list.rows[place + 1] : undefined;
  const onCompare = () => (isComparing ? compareWith(undefined) : previous && compareWith(previous.id));
  useShortcuts([
    { keys: "d", label: "Compare with the previous version", group: "Versions", run: onCompare },
  ]);
  if (isMissing)
    return (
      <Empty
        title="There is no such version"
        action={<Button onClick={chosen.reset}>Show the newest version</Button>}
      >
        The version may have been deleted.
      </Empty>
    );
  if (!version || (isComparing && !base)) return <SkeletonRows rows={8} label="Loading the version" />;
  return (
    <>
      {base ? (
        <section aria-label="Comparison" className="flex min-h-0 flex-1 flex-col bg-surface">
          <Between {...{ version, base }} onClose={() => compareWith(undefined)} />
          <Suspense fallback={<SkeletonRows rows={8} label="Comparing the versions" />}>
            <Comparison {...{ version, base }} />
          </Suspense>
        </section>
      ) : (
        <ArtifactPane
          artifact={version}
          actions={
            <>
              {previous && (
                <Button onClick={onCompare}>
                  <GitCompareArrows size={13} />
                  Compare with previous
                </Button>
              )}
              <Button variant="danger" onClick={() => setDeleting(true)}>
                <Trash2 size={13} />
                Delete version
              </Button>
            </>
          }
        />
      )}
      <Suspense fallback={null}>
        {isDeleting && (
          <DeleteDialog
            target={{ id: version.id, name: `this version of ${version.key}` }}
            onDeleted={chosen.reset}
            onClose={() => setDeleting(false)}
          />
        )}
      </Suspense>
    </>
  );
}

interface BetweenProps {
  version: Artifact;
  base: Artifact;
  onClose: () => void;
}

const Between = ({ version, base, onClose }: BetweenProps) => (
  <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-2 border-b px-4">
    <span className="text-muted">From</span>
    <Time time={base.created} as="clock" />
    <span className="text-muted">to</span>
    <Time time={version.created} as="clock" />
    <Button className="ml-auto" onClick={onClose}>
      <X size={13} />
      Close comparison
    </Button>
  </header>
);
