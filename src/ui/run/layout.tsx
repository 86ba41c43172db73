import { type ReactNode, useEffect, useState } from "react";
import { z } from "zod";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { useMedia } from "../kit/media.ts";
import { useRemembered } from "../kit/remembered.ts";
import { useShortcuts } from "../kit/shortcuts.ts";
import { Split } from "../kit/split.tsx";
import type { ToolsProps } from "./picture/picture-tools.tsx";
import type { UrlState } from "./url-state.ts";

interface Props {
  run: FlowRun;
  url: UrlState;
  /** Undefined while the tasks are not known. */
  taskCount: number | undefined;
  /** What the run is and how it stands. */
  head: ReactNode;
  picture: (tools: ToolsProps) => ReactNode;
  details: ReactNode;
}

/** Where the divider was left, for either arrangement, and which was chosen. */
const Panes = z.object({
  rows: z.number(),
  columns: z.number(),
  /** Null: side by side where the window is wide. */
  direction: z.enum(["rows", "columns"]).nullable(),
});
const usual = { rows: 0.55, columns: 0.58, direction: null } as const satisfies z.infer<typeof Panes>;

/** The head on top, then the picture of the run and the details of what is selected in it, with a divider between. */
export function RunLayout({ run, url, taskCount, head, picture, details }: Props) {
  const [panes, setPanes] = useRemembered<z.infer<typeof Panes>>("praetor-run-panes", Panes, usual);
  const [isFull, setFull] = useState(false);
  const [isOpen, setOpen] = useOpen(run, url, taskCount);
  const hasRoom = useMedia("(min-width: 1024px)");
  const isWide = useMedia("(min-width: 1800px)");
  const direction = panes.direction ?? (isWide ? "columns" : "rows");
  useShortcuts([{ keys: "f", label: "Full screen", group: "Run", run: () => setFull(!isFull) }]);
  const isFolded = !isOpen && !isFull;
  const upper = picture({
    ...{ isFolded, isFull },
    onFold: () => setOpen(!isOpen),
    onFull: () => setFull(!isFull),
    direction: hasRoom ? direction : undefined,
    onDirection: () => setPanes({ ...panes, direction: direction === "rows" ? "columns" : "rows" }),
  });
  if (isFull)
    return (
      <div className="flex h-full min-h-0 flex-col">
        <FullScreen onLeave={() => setFull(false)} />
        {upper}
      </div>
    );
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:min-h-[600px]">
      {head}
      {isFolded ? (
        <>
          <div className="shrink-0">{upper}</div>
          <div className="flex min-h-[420px] flex-1 flex-col lg:min-h-0">{details}</div>
        </>
      ) : hasRoom ? (
        <Split
          label={direction === "rows" ? "Height of the picture" : "Width of the picture"}
          direction={direction}
          share={panes[direction]}
          usual={usual[direction]}
          onShare={(share) => setPanes({ ...panes, [direction]: share })}
          first={upper}
          second={details}
        />
      ) : (
        <>
          <div className="flex h-[62vh] min-h-[320px] shrink-0 flex-col border-b">{upper}</div>
          <div className="flex h-[80vh] min-h-[420px] flex-1 flex-col">{details}</div>
        </>
      )}
    </div>
  );
}

/** Open unless the run has no tasks to show, or whoever reads it has decided. */
function useOpen(run: FlowRun, { view, isViewNamed }: UrlState, taskCount: number | undefined) {
  const [chosen, choose] = useState<{ isOpen: boolean; view: string }>();
  const hasNotBegun = run.start_time === null && run.run_count === 0;
  const isEmpty = taskCount === 0 || (taskCount === undefined && hasNotBegun);
  // Another view that is asked for is to be seen.
  const isOpen = chosen?.view === view ? chosen.isOpen : isViewNamed || !isEmpty;
  return [isOpen, (next: boolean) => choose({ isOpen: next, view })] as const;
}

/** The rest of the dashboard steps aside, and comes back with Escape. */
function FullScreen({ onLeave }: { onLeave: () => void }) {
  useShortcuts([{ keys: "Escape", label: "Leave full screen", group: "Run", run: onLeave }]);
  useEffect(() => {
    document.documentElement.dataset.full = "";
    return () => {
      delete document.documentElement.dataset.full;
    };
  }, []);
  return null;
}
