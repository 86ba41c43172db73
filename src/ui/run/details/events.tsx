import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useEffect, useState } from "react";
import { events, type ReceivedEvent } from "../../../schema/events.ts";
import { clientOf, useApi } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { cx } from "../../kit/cx.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { useIsTold } from "../../live.ts";
import { pageTokenOf } from "../../parts/event-pages.ts";
import { followEvents } from "../../parts/event-stream.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { eventPath } from "../../parts/paths.ts";
import { Time, Zone } from "../../parts/time/time.tsx";
import type { Selection } from "../selection.ts";

/** Where no stream tells of them. */
const readEvery = 3_000;
/** Events come in bursts. */
const gatherFor = 500;

/** What was told about the selection, and what it was named in, newest first. */
export function Events({ selection, mayGrow }: { selection: Selection; mayGrow: boolean }) {
  const { flowRunId, taskRunId } = selection;
  const id = taskRunId ? `prefect.task-run.${taskRunId}` : `prefect.flow-run.${flowRunId}`;
  const isTold = useIsTold();
  const source = useInfiniteQuery({
    queryKey: ["events", "filter", { of: id }, "pages"],
    queryFn: ({ client, pageParam, signal }) =>
      pageParam === null
        ? clientOf(client).call(
            events.filter,
            { filter: { any_resource: { id: [id] }, order: "DESC" } },
            { signal },
          )
        : clientOf(client).call(events.next, { "page-token": pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_page }) => pageTokenOf(next_page),
    meta: { live: "none" },
    refetchInterval: ({ state: { data } }) =>
      mayGrow && !isTold && (data?.pages.length ?? 0) <= 1 ? readEvery : false,
  });
  // Older pages that are open stay as they are: reading all of them again would cost a request for each.
  const isAtHead = source.data?.pages.length === 1;
  useReadAgain(mayGrow && isAtHead ? id : undefined, source.refetch);
  const found = source.data?.pages.flatMap((page) => page.events);
  return (
    <Panel
      what="The events"
      className="min-h-0 flex-1 overflow-y-auto"
      source={{ ...source, data: found }}
      skeleton={<SkeletonRows rows={6} label="Loading the events" />}
      isEmpty={(list) => list.length === 0}
      empty={
        <Empty
          title="No events"
          code={'emit_event("rows.loaded", resource={"prefect.resource.id": "orders"})'}
        >
          State changes and events emitted by {taskRunId ? "the task" : "the run"} appear here.
        </Empty>
      }
    >
      {(list) => (
        <>
          <ol aria-label="Events, newest first">
            {list.map((event) => (
              <Row key={event.id} event={event} />
            ))}
          </ol>
          {source.hasNextPage && (
            <p className="px-3 py-2">
              <Button disabled={source.isFetchingNextPage} onClick={() => void source.fetchNextPage()}>
                Show older events
              </Button>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

/** Reads again what is in sight, a moment after something happened to the resource. */
function useReadAgain(id: string | undefined, refetch: () => unknown): void {
  const api = useApi();
  useEffect(() => {
    if (id === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void refetch();
      }, gatherFor);
    };
    const stop = followEvents(api, { any_resource: { id: [id] } }, { onRow: later, onMissed: later });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [api, id, refetch]);
}

function Row({ event }: { event: ReceivedEvent }) {
  const [isOpen, setOpen] = useState(false);
  const { "prefect.resource.id": id = "", "prefect.resource.name": name } = event.resource;
  return (
    <li className="border-b">
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex min-h-8 w-full min-w-0 items-center gap-2 px-3 py-1 text-left outline-offset-[-2px] hover:bg-hover"
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight
          size={13}
          className={cx("shrink-0 text-muted transition-transform", isOpen && "rotate-90")}
        />
        <span className="w-28 shrink-0 text-muted">
          <Time time={event.occurred} as="clock" />
        </span>
        <span className="min-w-0 truncate font-strong">{event.event}</span>
        <span className="ml-auto min-w-0 truncate text-muted max-sm:hidden" title={id}>
          {name ?? id}
        </span>
      </button>
      {isOpen && (
        <div className="border-t bg-sunken px-3 py-2">
          <p className="mb-1 flex gap-3 text-xs text-muted">
            <Link to={eventPath(event.id)} className="text-accent hover:underline">
              Open event
            </Link>
            <span>
              Times in <Zone />
            </span>
          </p>
          <JsonView
            open={2}
            value={{
              occurred: event.occurred,
              resource: event.resource,
              related: event.related,
              payload: event.payload,
              id: event.id,
              ...(event.follows ? { follows: event.follows } : {}),
            }}
          />
        </div>
      )}
    </li>
  );
}
