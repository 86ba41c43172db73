import type { ReceivedEvent } from "../../schema/events.ts";
import { isWritten } from "../../schema/exact-json.ts";
import { Link } from "../kit/router.tsx";
import type { Column } from "../kit/table/table.tsx";
import { resourceOf } from "../parts/resources.ts";
import { More } from "../parts/tag.tsx";
import { Time } from "../parts/time/time.tsx";
import { EventName } from "./event-name.tsx";
import { ResourceName } from "./resource-name.tsx";

/** As the menu of columns names them. */
export const columnNames = [
  { key: "occurred", label: "Occurred" },
  { key: "event", label: "Event" },
  { key: "resource", label: "Resource" },
  { key: "related", label: "Related resources" },
  { key: "payload", label: "Payload" },
] as const;

interface Look {
  isNarrow: boolean;
  /** An event is open beside the list. */
  hasPanel: boolean;
  pathOf: (event: ReceivedEvent) => string;
}

/** The columns for the room that there is. */
export function eventColumns({ isNarrow, hasPanel, pathOf }: Look): readonly Column<ReceivedEvent>[] {
  if (isNarrow) return [narrowColumn(pathOf)];
  const [occurred, event, resource, ...more] = wideColumns(pathOf);
  return [occurred, event, resource, ...(hasPanel ? [] : more)].filter((column) => column !== undefined);
}

const wideColumns = (pathOf: Look["pathOf"]): readonly Column<ReceivedEvent>[] => [
  {
    key: "occurred",
    head: "Occurred",
    width: "116px",
    className: "pl-3 text-muted tabular-nums",
    cell: ({ occurred }) => <Time time={occurred} as="clock" />,
  },
  {
    key: "event",
    head: "Event",
    width: "minmax(190px, 1.3fr)",
    cell: (event) => (
      <Link to={pathOf(event)} tabIndex={-1} className="flex min-w-0 hover:underline">
        <EventName event={event} />
      </Link>
    ),
  },
  {
    key: "resource",
    head: "Resource",
    width: "minmax(150px, 1.1fr)",
    cell: ({ resource, related }) => <ResourceName resource={resourceOf(resource, related)} />,
  },
  {
    key: "related",
    head: "Related resources",
    width: "minmax(150px, 1.3fr)",
    cell: (event) => <Related event={event} />,
  },
  {
    key: "payload",
    head: "Payload",
    width: "minmax(80px, 0.9fr)",
    cell: ({ payload }) => (
      <span className="block truncate font-mono text-xs text-faint">{preview(payload)}</span>
    ),
  },
];

/** Two lines, for a phone. */
const narrowColumn = (pathOf: Look["pathOf"]): Column<ReceivedEvent> => ({
  key: "event",
  head: "Event",
  width: "minmax(0, 1fr)",
  cell: (event) => {
    const { name, kind } = resourceOf(event.resource, event.related);
    return (
      <span className="block pl-1">
        <span className="flex items-center gap-2">
          <Link to={pathOf(event)} tabIndex={-1} className="flex min-w-0 flex-1">
            <EventName event={event} />
          </Link>
          <span className="shrink-0 text-xs text-muted">
            <Time time={event.occurred} />
          </span>
        </span>
        <span className="block truncate text-xs text-muted">{[kind, name].filter(Boolean).join(" ")}</span>
      </span>
    );
  },
});

const most = 2;

function Related({ event: { related, resource } }: { event: ReceivedEvent }) {
  const all = related.map((labels) => resourceOf(labels, [resource, ...related]));
  if (all.length === 0) return <span className="text-faint">–</span>;
  return (
    <span className="flex min-w-0 items-center gap-3">
      {all.slice(0, most).map((one) => (
        <ResourceName key={`${one.role} ${one.id}`} resource={one} />
      ))}
      <More names={all.slice(most).map(({ kind, name }) => `${kind ?? ""} ${name}`.trim())} />
    </span>
  );
}

const longest = 60;

/** The beginning of a payload, which may be of any length. */
const preview = (payload: ReceivedEvent["payload"]): string =>
  Object.entries(payload)
    .slice(0, 6)
    .map(([key, value]) => `${key}: ${brief(value)}`)
    .join(", ");

function brief(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === "object" && value !== null && !isWritten(value)) return "{…}";
  return (typeof value === "string" ? value.slice(0, longest) : JSON.stringify(value)) ?? "";
}
