import { FlaskConical, RefreshCwOff, Zap } from "lucide-react";
import type { ReactNode } from "react";
import type { Automation } from "../../../schema/automations.ts";
import { useIsPraetor } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { useNow } from "../../kit/now.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { eventPath } from "../../parts/paths.ts";
import { Time, Zone } from "../../parts/time/time.tsx";
import { timeOf } from "../../parts/time/times.ts";
import { ResourceLink } from "../resource-link.tsx";
import type { Delivery } from "./deliveries.ts";
import { Outcomes } from "./outcomes.tsx";
import { useDeliveries } from "./use-deliveries.ts";

/** What the automation has fired, and what each action came to. */
export function DeliveryLog({ automation }: { automation: Automation }) {
  const { source, deliveries } = useDeliveries(automation.id);
  const isPraetor = useIsPraetor();
  return (
    <Panel
      title={
        <>
          Delivery log <span className="font-normal text-muted">times in </span>
          <Zone />
        </>
      }
      label="Delivery log"
      what="The delivery log"
      source={{ ...source, data: source.data && deliveries }}
      skeleton={<SkeletonRows rows={6} label="Loading the delivery log" />}
      isEmpty={(list) => list.length === 0 && !source.hasNextPage}
      empty={
        <Empty title="Not fired yet">
          Each firing appears here with the event it fired for and the result of each action.
          {isPraetor && " Test the automation to perform its actions once."}
        </Empty>
      }
      className="min-w-0"
    >
      {(list) => (
        <div className="flex-1 border-t lg:min-h-0 lg:overflow-y-auto">
          <ol aria-label="Firings">
            {list.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} automation={automation} />
            ))}
          </ol>
          {source.hasNextPage && (
            <div className="p-3">
              <Button disabled={source.isFetchingNextPage} onClick={() => void source.fetchNextPage()}>
                Show earlier firings
              </Button>
            </div>
          )}
        </div>
      )}
    </Panel>
  );
}

const titles = {
  fired: "Fired",
  tested: "Tested",
  "chain-ended": "Did not fire: the chain of automations ended here",
  loop: "Paused by the server: the automation triggered itself in a loop",
} as const;
const icons: Readonly<Record<Delivery["kind"], ReactNode>> = {
  fired: <Zap size={14} className="text-accent" />,
  tested: <FlaskConical size={14} className="text-muted" />,
  "chain-ended": <RefreshCwOff size={14} className="text-late" />,
  loop: <RefreshCwOff size={14} className="text-late" />,
};

/** Longer than the last retry of an action. */
const pendingMs = 10 * 60_000;

function Row({ delivery, automation }: { delivery: Delivery; automation: Automation }) {
  const now = useNow(10);
  const { id, at, kind, by, outcomes } = delivery;
  const isFiring = kind === "fired" || kind === "tested";
  const expected = delivery.actions ?? automation.actions.length + automation.actions_on_trigger.length;
  const isRecent = now - timeOf(at) < pendingMs;
  const pending = isFiring && isRecent ? Math.max(0, expected - outcomes.length) : 0;
  return (
    <li className="flex flex-col gap-1 border-b px-3 py-2">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
        {icons[kind]}
        <span className="font-strong">{titles[kind]}</span>
        {by && <span className="text-muted">from {by}</span>}
        <Cause delivery={delivery} />
        <span className="ml-auto flex items-center gap-3 text-muted">
          <Link to={eventPath(id)} className="text-xs hover:text-fg hover:underline">
            Event
          </Link>
          <Time time={at} as="clock" />
        </span>
      </div>
      <Outcomes outcomes={outcomes} automation={automation} pending={pending} />
    </li>
  );
}

function Cause({ delivery: { event, kind } }: { delivery: Delivery }) {
  if (!event && kind === "tested") return <span className="text-muted">with a sample event</span>;
  if (!event) return kind === "fired" ? <span className="text-muted">as the window ended</span> : null;
  const { resource, event: name } = event;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted">
      {kind === "tested" ? "with" : "for"}
      <Link to={eventPath(event.id)} className="break-all hover:text-fg hover:underline">
        {name ?? "an event"}
      </Link>
      {resource?.["prefect.resource.id"] && (
        <>
          of
          <ResourceLink
            resource={resource["prefect.resource.id"]}
            name={resource["prefect.resource.name"] || undefined}
          />
        </>
      )}
    </span>
  );
}
