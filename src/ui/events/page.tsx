import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { z } from "zod";
import { events, type ReceivedEvent } from "../../schema/events.ts";
import { query } from "../api.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useMedia } from "../kit/media.ts";
import { Empty } from "../kit/panel.tsx";
import { useRemembered } from "../kit/remembered.ts";
import { useLocation, useNavigate, useParams } from "../kit/router.tsx";
import { Split } from "../kit/split.tsx";
import { knownChoices, type UseChoices } from "../lists/controls/choices.ts";
import type { List } from "../lists/list.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type Sorts, useListView } from "../lists/list-view.ts";
import { read, withTerm } from "../lists/query-text.ts";
import { useHeadPages } from "../lists/use-head-pages.ts";
import { eventPath } from "../parts/paths.ts";
import { withZone } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import { Density } from "./chart.tsx";
import { columnNames, eventColumns } from "./columns.tsx";
import { type EventQuery, eventQuery, fields, type Key, language, occurredIn } from "./fields.ts";
import { eventSource, type Sort } from "./source.ts";

const EventPanel = lazyNamed(async () => (await import("./panel.tsx")).EventPanel);

const sorts: Sorts<Sort> = [
  { value: "newest", label: "Newest" },
  { value: "oldest", label: "Oldest" },
];

/** All events: a query, where in time they lie, the list itself, and beside it the event that is open. */
export function Page() {
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  const { id } = useParams();
  const asked = useAsked(q);
  const list = useHeadPages(useMemo(() => eventSource(asked, sort), [asked, sort]));
  const within = useWithin(q);
  const open = id === undefined ? undefined : list.rows.find((event) => event.id === id);
  const hasRoom = useMedia(roomForTwo);
  const isUnderstood = read(q, language).misunderstood.length === 0;
  const hasChart = isUnderstood && (hasRoom || id === undefined) && !list.isPending;
  return (
    <ListPage
      title="Events"
      {...(id === undefined ? {} : { tabTitle: `${open?.event ?? "Event"} · Events` })}
      view={view}
      change={change}
      sorts={sorts}
      example="event:prefect.flow-run.* since:24h"
      fields={fields}
      columns={columnNames}
      names={namesIn(list.rows)}
      choices={useChoices(asked, list.rows)}
    >
      {(onQuery) => (
        <>
          {hasChart && (list.loaded > 0 || asked.since !== undefined) && (
            <div className="shrink-0 border-b px-3 pt-2">
              <Density asked={asked} rows={list.rows} onBrush={(from, to) => onQuery(within(from, to))} />
            </div>
          )}
          <Beside id={id} listed={open}>
            <Rows {...{ list, asked, q, sort, onQuery }} open={id} />
          </Beside>
        </>
      )}
    </ListPage>
  );
}

interface RowsProps {
  list: List<ReceivedEvent>;
  asked: EventQuery;
  q: string;
  sort: Sort;
  onQuery: (q: string) => void;
  open: string | undefined;
}

function Rows({ list, asked, q, sort, onQuery, open }: RowsProps) {
  const { search } = useLocation();
  const pathOf = useCallback(({ id }: { id: string }) => `${eventPath(id)}${search}`, [search]);
  return (
    <ListTable
      what="event"
      title="Events"
      columnList="events"
      {...{ list, language, q, onQuery, pathOf, open }}
      total={q === "" ? list.matching : undefined}
      matching={list.matching}
      place={sort}
      columns={({ isNarrow }) => eventColumns({ isNarrow, hasPanel: open !== undefined, pathOf })}
      note={asked.isCut && <CutNote onAll={() => onQuery(`${q} since:180d`.trim())} />}
      empty={<NoEvents />}
    />
  );
}

const CutNote = ({ onAll }: { onAll: () => void }) => (
  <span className="shrink-0">
    Text is searched in the last 24 hours ·{" "}
    <button type="button" className="underline hover:text-fg" onClick={onAll}>
      Search 180 days
    </button>
  </span>
);

const NoEvents = () => (
  <Empty
    title="No events yet"
    code={'emit_event("orders.loaded", resource={"prefect.resource.id": "shop.orders"})'}
  >
    State changes of runs, changes of deployments, work pools and automations, and events that programs emit
    appear here.
  </Empty>
);

/** For a list and, beside it, what is open. */
const roomForTwo = "(min-width: 1024px)";
const usual = 0.56;

interface BesideProps {
  id: string | undefined;
  /** The event, where the list has it. */
  listed: ReceivedEvent | undefined;
  children: React.ReactNode;
}

/** The list, with the open event beside it, or in its place where there is no room. */
function Beside({ id, listed, children }: BesideProps) {
  const navigate = useNavigate();
  const { search } = useLocation();
  const [share, setShare] = useRemembered("praetor-event-panes", z.number(), usual);
  const hasRoom = useMedia(roomForTwo);
  if (id === undefined) return children;
  const panel = (
    <EventPanel key={id} id={id} listed={listed} onClose={() => void navigate(`/events${search}`)} />
  );
  if (!hasRoom) return panel;
  return (
    <Split
      label="Width of the list"
      direction="columns"
      {...{ share, usual }}
      onShare={setShare}
      first={children}
      second={panel}
    />
  );
}

/** What the query asks; `24h` counts from when it was written. */
function useAsked(q: string): EventQuery {
  const { zone } = useSettings();
  return useMemo(() => eventQuery(read(q, language), { now: Date.now(), zone }), [q, zone]);
}

/** The query narrowed to a stretch of time, in the time zone of the settings. */
function useWithin(q: string) {
  const { zone } = useSettings();
  const term = (key: Key, ms: number) => ({ key, value: withZone(ms, zone) });
  return (from: number, to: number) =>
    withTerm(withTerm(q, language, term("since", from)), language, term("until", to));
}

const idOf = (labels: Readonly<Record<string, string>>): string => labels["prefect.resource.id"] ?? "";
const distinct = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

/** Names that the query bar completes: those that are loaded. */
const namesIn = (rows: readonly ReceivedEvent[]) => ({
  event: distinct(rows.map(({ event }) => event)),
  resource: distinct(rows.map(({ resource }) => idOf(resource))),
  related: distinct(rows.flatMap(({ related }) => related.map(idOf))),
});

/** Events by how many there were; resources by those that are loaded, since a server may have a million. */
function useChoices(asked: EventQuery, rows: readonly ReceivedEvent[]): Partial<Record<Key, UseChoices>> {
  const { resource, related } = useMemo(() => namesIn(rows), [rows]);
  return useMemo(
    () => ({ event: eventChoices(asked), resource: knownChoices(resource), related: knownChoices(related) }),
    [asked, resource, related],
  );
}

const dayMs = 86_400_000;

/** The names of the time that is asked for, or of the last day. */
function eventChoices(asked: EventQuery): UseChoices {
  return function useEventChoices() {
    const [since] = useState(() => asked.since ?? Date.now() - dayMs);
    const { data, isPending } = useQuery({
      ...query(events.countBy, {
        countable: "event",
        filter: { occurred: occurredIn({ since, until: asked.until }) },
      }),
      meta: { live: "none" },
    });
    const list = (data ?? []).map(({ value, count }) => ({ value, count }));
    return { list, isPending, isCut: false };
  };
}
