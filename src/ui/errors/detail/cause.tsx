import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { failures } from "../../../schema/failures.ts";
import { query } from "../../api.ts";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { LongText } from "../../parts/long-text.tsx";
import { RunLink } from "../../parts/runs/run-link.tsx";
import { Time } from "../../parts/time/time.tsx";

const Traceback = lazyNamed(async () => (await import("../../traceback/traceback.tsx")).Traceback);

const skeleton = (
  <div className="flex flex-col gap-2 px-3 py-2" role="status" aria-label="Loading the cause">
    <Skeleton className="h-4 w-80 max-w-full" />
    <Skeleton className="h-40 w-full" />
  </div>
);

/** The newest error of the group with its traceback, cause first. */
export function Cause({ id }: { id: string }) {
  const source = useQuery(query(failures.error, { id }));
  return (
    <Panel
      title="Cause"
      what="The cause"
      className="min-h-40 lg:flex-1"
      source={source}
      skeleton={skeleton}
      isEmpty={(error) => error === null}
      empty={<Empty title="No run left">The runs that failed with this error have been deleted.</Empty>}
      actions={
        source.data && (
          <span className="flex min-w-0 items-center gap-1.5 text-muted">
            <RunLink {...source.data.run} flowRunId={source.data.run.flow_run_id} className="text-accent">
              {source.data.run.name}
            </RunLink>
            <Time time={source.data.occurred} />
          </span>
        )
      }
    >
      {(error) => (
        <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
          {error && error.chain.length > 0 ? (
            <Suspense fallback={skeleton}>
              <Traceback chain={error.chain} />
            </Suspense>
          ) : (
            <p className="break-words whitespace-pre-wrap">
              <LongText text={error?.message ?? "No message"} />
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
