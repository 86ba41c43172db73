import type { ReceivedEvent } from "../../schema/events.ts";
import { StateType } from "../../schema/states.ts";
import { StateIcon } from "../parts/runs/state-badge.tsx";

/** The name of an event, its last part before all others, with the sign of the state that it tells. */
export function EventName({
  event: { event, resource },
}: {
  event: Pick<ReceivedEvent, "event" | "resource">;
}) {
  const cut = event.lastIndexOf(".") + 1;
  const state = StateType.safeParse(resource["prefect.state-type"]).data;
  return (
    <span className="flex min-w-0 items-center gap-2" title={event}>
      {state ? (
        <StateIcon type={state} name={resource["prefect.state-name"] ?? null} />
      ) : (
        <span aria-hidden className="m-[4px] size-1.5 shrink-0 rounded-full bg-control-line" />
      )}
      <span className="truncate">
        <span className="text-muted">{event.slice(0, cut)}</span>
        <span className="font-strong">{event.slice(cut)}</span>
      </span>
    </span>
  );
}
