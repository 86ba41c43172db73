import { useState } from "react";
import type { TriggerPreview } from "../../../schema/automation-tools.ts";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { Failed } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { eventPath } from "../../parts/paths.ts";
import { Time, Zone } from "../../parts/time/time.tsx";
import { timeOf } from "../../parts/time/times.ts";
import type { AutomationDraft } from "../model/drafts.ts";
import { ResourceLink } from "../resource-link.tsx";
import { FiringStrip } from "./firing-strip.tsx";
import { MessagePreview } from "./message-preview.tsx";
import { usePreview } from "./use-preview.ts";

type Days = "1" | "7" | "14";
const spans: readonly { value: Days; label: string }[] = [
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "14", label: "14 days" },
];

/** When the automation would have fired over the events of the last days, and what it would have said. */
export function PreviewPane({ draft }: { draft: AutomationDraft }) {
  const [days, setDays] = useState<Days>("7");
  const { data, error, refetch, isPraetor, isValid, isPlaceholderData } = usePreview(
    draft.trigger,
    Number(days),
  );
  if (!isPraetor)
    return <p className="p-3 text-muted">The preview over past events needs a Praetor server.</p>;
  if (!isValid && !data)
    return <p className="p-3 text-muted">Complete the trigger to preview when it fires.</p>;
  if (error && !data) return <Failed what="The preview" error={error} onRetry={() => void refetch()} />;
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:overflow-y-auto">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
        <p
          role="status"
          className={`flex-1 font-strong ${isPlaceholderData || !isValid ? "text-muted" : ""}`}
        >
          {data ? words(data) : "Evaluating past events"}
        </p>
        <Segmented label="Days to look back" value={days} options={spans} onChange={setDays} />
      </div>
      {data ? <Found preview={data} /> : <SkeletonRows rows={5} label="Evaluating past events" />}
      <MessagePreview draft={draft} eventId={data?.firings.find(({ event }) => event)?.event?.id} />
    </div>
  );
}

const words = ({ count }: TriggerPreview): string =>
  count === 0
    ? "Would not have fired"
    : `Would have fired ${count === 1 ? "once" : `${count.toLocaleString("en")} times`}`;

function Found({ preview }: { preview: TriggerPreview }) {
  const { firings, count, times, since, until } = preview;
  return (
    <>
      {count > 0 && <FiringStrip times={times.map(timeOf)} since={timeOf(since)} until={timeOf(until)} />}
      <p className="px-3 pb-2 text-xs text-muted">
        {preview.events.toLocaleString("en")} matching events since <Time time={since} as="clock" /> <Zone />
        {!preview.is_whole && "; earlier events are too many to evaluate"}
      </p>
      {firings.length > 0 && (
        <ol aria-label="Firings" className="border-t">
          {firings.map(({ at, event, labels }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: several may fire at the same moment
            <li key={place} className="flex min-w-0 items-center gap-3 border-b px-3 py-1.5">
              <span className="w-24 shrink-0 text-muted">
                <Time time={at} as="clock" />
              </span>
              {event ? (
                <>
                  <Link to={eventPath(event.id)} className="min-w-0 truncate hover:underline">
                    {event.event}
                  </Link>
                  <span className="ml-auto min-w-0 truncate">
                    <ResourceLink
                      resource={event.resource["prefect.resource.id"] ?? ""}
                      name={event.resource["prefect.resource.name"] || undefined}
                    />
                  </span>
                </>
              ) : (
                <span className="truncate text-muted">
                  {Object.values(labels).join(", ") || "The window ended without the expected events"}
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
      {count > firings.length && (
        <p className="px-3 py-1.5 text-xs text-muted">The latest {firings.length} are listed.</p>
      )}
    </>
  );
}
