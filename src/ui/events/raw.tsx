import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReceivedEvent } from "../../schema/events.ts";
import { cx } from "../kit/cx.ts";
import { Copy } from "../parts/actions/copy.tsx";
import { LongText } from "../parts/long-text.tsx";

/** The event as the server sent it, folded until it is asked for. */
export function RawEvent({ event }: { event: ReceivedEvent }) {
  const [isOpen, setOpen] = useState(false);
  const text = useMemo(() => JSON.stringify(event, null, 2), [event]);
  return (
    <section aria-label="Raw event" className="px-3 py-2.5">
      <div className="flex min-h-6 items-center justify-between">
        <button
          type="button"
          aria-expanded={isOpen}
          className="flex items-center gap-1 rounded-sm font-strong hover:bg-hover"
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight size={13} className={cx("text-muted transition-transform", isOpen && "rotate-90")} />
          Raw event
        </button>
        <Copy text={text} label="Copy the raw event" />
      </div>
      {isOpen && (
        <pre className="mt-1 overflow-x-auto rounded-md border bg-sunken px-3 py-2 text-xs leading-5 break-words whitespace-pre-wrap">
          <LongText text={text} />
        </pre>
      )}
    </section>
  );
}
