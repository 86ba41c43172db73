import { Skeleton } from "../kit/skeleton.tsx";

const columns = [
  { key: "a", rows: ["1", "2", "3"] },
  { key: "b", rows: ["1", "2"] },
  { key: "c", rows: ["1", "2", "3"] },
  { key: "d", rows: ["1"] },
];

/** Stands where the graph will be, until it is laid out. */
export function GraphSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading the graph"
      className="flex h-full items-center justify-center gap-14 p-8"
    >
      {columns.map(({ key, rows }) => (
        <div key={key} className="flex flex-col gap-5 max-sm:nth-[n+3]:hidden">
          {rows.map((row) => (
            <Skeleton key={row} className="h-11 w-40 rounded-md" />
          ))}
        </div>
      ))}
    </div>
  );
}
