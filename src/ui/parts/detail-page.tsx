import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../../client/client.ts";
import { Empty, Failed } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { Skeleton, SkeletonRows } from "../kit/skeleton.tsx";

/** Where all of a kind are listed. */
const listPaths = {
  ...{ run: "/runs", flow: "/flows", deployment: "/deployments" },
  ...{ automation: "/automations", artifact: "/artifacts", block: "/blocks" },
  error: "/errors",
  ...{ automation: "/automations", artifact: "/artifacts" },
  ...{ run: "/runs", flow: "/flows", deployment: "/deployments", block: "/blocks" },
  automation: "/automations",
  "work pool": "/work-pools",
} as const;

interface Props<T> {
  /** What the page is about: `run`. */
  what: keyof typeof listPaths;
  id: string;
  /** What the address calls the thing by, where that is not its id. */
  by?: "ID" | "name";
  source: Pick<UseQueryResult<T>, "data" | "error" | "refetch">;
  /** Of the shape of this page; that of a head and rows where there is none. */
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The page of one thing: while it loads, when it is not there, when it cannot be read, and the thing itself. */
export function DetailPage<T>({ what, id, by = "ID", source, skeleton, children }: Props<T>) {
  const { data, error, refetch } = source;
  if (data !== undefined) return children(data);
  if (!error) return skeleton ?? <Loading what={what} />;
  if (error instanceof ApiError && error.status === 404)
    return (
      <Empty title={`There is no such ${what}`}>
        <p>
          It may have been deleted, or the link may belong to another server. Its {by} is <code>{id}</code>.
        </p>
        <Link to={listPaths[what]} className="mt-2 inline-block text-accent underline">
          All {what}s
        </Link>
      </Empty>
    );
  return <Failed what={`The ${what}`} error={error} onRetry={() => void refetch()} />;
}

function Loading({ what }: { what: string }) {
  return (
    <div role="status" aria-label={`Loading the ${what}`}>
      <div className="flex flex-col gap-3 border-b bg-surface px-4 py-4">
        <Skeleton className="h-3 w-60" />
        <Skeleton className="h-6 w-96 max-w-full" />
        <Skeleton className="h-3 w-72" />
      </div>
      <SkeletonRows rows={6} />
    </div>
  );
}
