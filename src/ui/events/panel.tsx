import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, X, Zap } from "lucide-react";
import { events, type ReceivedEvent } from "../../schema/events.ts";
import { query } from "../api.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { useMedia } from "../kit/media.ts";
import { Empty, Failed } from "../kit/panel.tsx";
import { Link, useLocation } from "../kit/router.tsx";
import { Section } from "../kit/section.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { eventPath, newAutomationPath } from "../parts/paths.ts";
import { resourceOf } from "../parts/resources.ts";
import { duration } from "../parts/time/durations.ts";
import { Time } from "../parts/time/time.tsx";
import { absolute, timeOf } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import { EventName } from "./event-name.tsx";
import { RawEvent } from "./raw.tsx";
import { RelatedResources, ResourceLabels } from "./resources.tsx";
import { SetOff } from "./set-off.tsx";

interface Props {
  id: string;
  /** The event, where the list has it. */
  listed: ReceivedEvent | undefined;
  onClose: () => void;
}

/** One event, whether the list beside it has it or not. */
export function EventPanel({ id, listed, onClose }: Props) {
  const source = useEvent(id, listed);
  const event = listed ?? source.data?.events[0];
  useShortcuts([{ keys: "Escape", label: "Close the event", group: "Events", run: onClose }]);
  const content = event ? (
    <Details event={event} />
  ) : source.isError ? (
    <Failed what="The event" error={source.error} onRetry={() => void source.refetch()} />
  ) : source.isPending ? (
    <SkeletonRows rows={8} label="Loading the event" />
  ) : (
    <Empty title="There is no such event">
      Retention may have deleted the event, or the link may belong to another server. Its ID is{" "}
      <code>{id}</code>.
    </Empty>
  );
  return (
    <article aria-label="Event" className="flex min-h-0 flex-1 flex-col bg-surface">
      <Bar name={event?.event} onClose={onClose} />
      <div className="min-h-0 flex-1 overflow-y-auto">{content}</div>
    </article>
  );
}

/** An event by its id; not asked for where it is known. */
const useEvent = (id: string | null, known?: ReceivedEvent) =>
  useQuery({
    ...query(events.filter, {
      filter: { id: { id: [id ?? ""] }, occurred: { since: "2000-01-01T00:00:00Z" } },
      limit: 1,
    }),
    enabled: id !== null && known === undefined,
    // Events do not change.
    meta: { live: "none" },
    staleTime: Number.POSITIVE_INFINITY,
  });

function Bar({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const hasRoom = useMedia("(min-width: 1024px)");
  return (
    <div className="flex min-h-10 shrink-0 items-center gap-2 border-b px-3">
      {!hasRoom && (
        <Button variant="ghost" className="-ml-2" onClick={onClose}>
          <ArrowLeft size={14} />
          All events
        </Button>
      )}
      <span className="flex-1" />
      {name !== undefined && (
        <Link
          to={newAutomationPath({ preset: "event", name })}
          className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong px-2.5 font-strong hover:bg-hover"
        >
          <Zap size={13} />
          New automation from this event
        </Link>
      )}
      {hasRoom && (
        <IconButton label="Close" shortcut="Escape" onClick={onClose}>
          <X size={15} />
        </IconButton>
      )}
    </div>
  );
}

function Details({ event }: { event: ReceivedEvent }) {
  const all = [event.resource, ...event.related];
  return (
    <>
      <header className="flex flex-col gap-1 border-b px-3 py-3">
        <h2 className="flex text-md">
          <EventName event={event} />
        </h2>
        <When event={event} />
        <p className="flex h-6 items-center gap-1 text-xs text-muted">
          <code className="min-w-0 truncate">{event.id}</code>
          <Copy text={event.id} label="Copy the id of the event" />
        </p>
      </header>
      <SetOff event={event} />
      {event.follows && <Follows id={event.follows} />}
      <Section title="Resource">
        <ResourceLabels labels={event.resource} resource={resourceOf(event.resource, all)} />
      </Section>
      <Section title="Related resources">
        <RelatedResources event={event} />
      </Section>
      <Section title="Payload">
        {Object.keys(event.payload).length === 0 ? (
          <p className="text-muted">No payload</p>
        ) : (
          <JsonView value={event.payload} open={2} />
        )}
      </Section>
      <RawEvent event={event} />
    </>
  );
}

/** Worth a word where an event came so much later than it occurred. */
const lateMs = 2_000;

function When({ event: { occurred, received } }: { event: ReceivedEvent }) {
  const { zone } = useSettings();
  const late = timeOf(received) - timeOf(occurred);
  return (
    <p className="text-muted">
      <time dateTime={occurred}>{absolute(timeOf(occurred), zone)}</time> · <Time time={occurred} />
      {late > lateMs && <span className="text-late"> · received {duration(late / 1000)} later</span>}
    </p>
  );
}

/** The event that came before it, as its sender says. */
function Follows({ id }: { id: string }) {
  const { search } = useLocation();
  const source = useEvent(id);
  const event = source.data?.events[0];
  return (
    <Section title="Follows">
      {event ? (
        <Link to={`${eventPath(id)}${search}`} className="flex min-w-0 items-center gap-3 hover:underline">
          <EventName event={event} />
          <span className="shrink-0 text-xs text-muted">
            <Time time={event.occurred} as="clock" />
          </span>
        </Link>
      ) : source.isPending ? (
        <SkeletonRows rows={1} label="Loading the event before" />
      ) : (
        <p className="text-muted">
          <code>{id}</code>: deleted, or not received
        </p>
      )}
    </Section>
  );
}
