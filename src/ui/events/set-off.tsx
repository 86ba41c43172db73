import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, Zap } from "lucide-react";
import { useEffect } from "react";
import { events, type ReceivedEvent } from "../../schema/events.ts";
import { query, useApi } from "../api.ts";
import { Failed } from "../kit/panel.tsx";
import { Link, useLocation } from "../kit/router.tsx";
import { Section } from "../kit/section.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { followEvents } from "../parts/event-stream.ts";
import { eventPath } from "../parts/paths.ts";
import { resourceOf } from "../parts/resources.ts";
import { Time } from "../parts/time/time.tsx";
import { ResourceName } from "./resource-name.tsx";

const most = 50;

/** What automations did because of the event: that they fired, and how each of their actions ended. */
export function SetOff({ event }: { event: ReceivedEvent }) {
  const source = useSetOff(event);
  const told = source.data?.events ?? [];
  const fired = told.filter((one) => one.event === "prefect.automation.triggered");
  const ended = told.filter((one) => /^prefect\.automation\.action\.(executed|failed)$/.test(one.event));
  return (
    <Section title="Set off">
      {source.isError && !source.data ? (
        <Failed what="What the event set off" error={source.error} onRetry={() => void source.refetch()} />
      ) : source.isPending ? (
        <SkeletonRows rows={1} label="Loading what the event set off" />
      ) : fired.length + ended.length === 0 ? (
        <p className="text-muted">No automation fired.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {fired.map((one) => (
            <Firing key={one.id} firing={one} actions={ended.filter((action) => isOf(action, one))} />
          ))}
          {ended
            .filter((action) => !fired.some((one) => isOf(action, one)))
            .map((action) => (
              <Action key={action.id} action={action} />
            ))}
        </ul>
      )}
    </Section>
  );
}

/** Events of automations that name the event as what triggered them. */
const setOffBy = (id: string) => ({
  event: { prefix: ["prefect.automation."] },
  related: { id: [`prefect.event.${id}`], role: ["triggering-event"] },
});

/** Read again as more of them come. */
function useSetOff({ id, occurred, received }: ReceivedEvent) {
  const api = useApi();
  // The clock of the sender may be ahead.
  const since = occurred < received ? occurred : received;
  const source = useQuery({
    ...query(events.filter, { filter: { ...setOffBy(id), occurred: { since }, order: "ASC" }, limit: most }),
    meta: { live: "none" },
  });
  const { refetch } = source;
  useEffect(
    () => followEvents(api, setOffBy(id), { onRow: () => void refetch(), onMissed: () => undefined }),
    [api, id, refetch],
  );
  return source;
}

const idOf = (labels: Readonly<Record<string, string>>) => labels["prefect.resource.id"];

/** Whether an action is one of this firing, which it names. */
const isOf = (action: ReceivedEvent, firing: ReceivedEvent): boolean =>
  action.related.some((labels) => idOf(labels) === `prefect.event.${firing.id}`);

function Firing({ firing, actions }: { firing: ReceivedEvent; actions: readonly ReceivedEvent[] }) {
  const { search } = useLocation();
  const { name, path } = resourceOf(firing.resource, []);
  return (
    <li>
      <p className="flex min-w-0 items-center gap-2">
        <Zap size={13} className="shrink-0 text-muted" aria-hidden />
        {path ? (
          <Link to={path} className="min-w-0 truncate text-accent hover:underline">
            {name}
          </Link>
        ) : (
          name
        )}
        <Link
          to={`${eventPath(firing.id)}${search}`}
          className="ml-auto shrink-0 text-xs text-muted hover:underline"
        >
          fired <Time time={firing.occurred} as="clock" />
        </Link>
      </p>
      {actions.length > 0 && (
        <ul className="ml-1.5 border-l pl-3.5">
          {actions.map((action) => (
            <Action key={action.id} action={action} />
          ))}
        </ul>
      )}
    </li>
  );
}

const plumbing: ReadonlySet<string | undefined> = new Set([
  "automation-triggered-event",
  "triggering-event",
  "block-type",
]);

/** How an action ended, with what it was about: the run that it made, the block that it sent with. */
function Action({ action }: { action: ReceivedEvent }) {
  const { search } = useLocation();
  const isFailed = action.event.endsWith(".failed");
  const Icon = isFailed ? CircleX : CircleCheck;
  const { action_type, reason } = Object(action.payload);
  const about = action.related
    .map((labels) => resourceOf(labels, action.related))
    .filter(({ role }) => !plumbing.has(role));
  return (
    <li className="py-0.5">
      <p className="flex min-w-0 items-center gap-2">
        <Icon
          size={13}
          aria-label={isFailed ? "Failed" : "Executed"}
          className={isFailed ? "shrink-0 text-danger" : "shrink-0 text-muted"}
        />
        <Link to={`${eventPath(action.id)}${search}`} className="shrink-0 hover:underline">
          {String(action_type ?? "action")}
        </Link>
        {about.map((resource) => (
          <ResourceName key={resource.id} resource={resource} />
        ))}
      </p>
      {isFailed && typeof reason === "string" && <p className="pl-5 break-words text-danger">{reason}</p>}
    </li>
  );
}
