import { GraphSkeleton } from "../graph/graph-skeleton.tsx";
import { Skeleton, SkeletonRows } from "../kit/skeleton.tsx";

/** Stands where the page of a run will be: its head, the picture, and the lines of its log. */
export const RunSkeleton = () => (
  <div role="status" aria-label="Loading the run" className="flex min-h-full flex-col">
    <div className="flex shrink-0 flex-col gap-2.5 border-b bg-surface px-4 pt-3 pb-3.5">
      <Skeleton className="h-2.5 w-52" />
      <Skeleton className="h-5 w-72 max-w-full" />
      <Skeleton className="h-3 w-96 max-w-full" />
      <Skeleton className="h-3 w-80 max-w-full" />
    </div>
    <Strip widths={["w-10", "w-14", "w-12", "w-11"]} />
    <div className="h-[42vh] min-h-56 shrink-0 overflow-hidden border-b">
      <GraphSkeleton />
    </div>
    <Strip widths={["w-9", "w-16", "w-10", "w-24", "w-14"]} />
    <SkeletonRows rows={6} label="Loading the log" />
  </div>
);

/** A line of tabs. */
const Strip = ({ widths }: { widths: readonly string[] }) => (
  <div className="flex h-9 shrink-0 items-center gap-5 border-b bg-surface px-3">
    {widths.map((width) => (
      <Skeleton key={width} className={`h-3 ${width}`} />
    ))}
  </div>
);
