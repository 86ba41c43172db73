import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, ExternalLink, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Log } from "../../schema/logs.ts";
import { clientOf } from "../api.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { Failed } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { LogRow, lineKey } from "../log-view/row.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { runPath } from "../parts/runs/run-link.tsx";
import { useSettings } from "../settings.ts";
import { type LineContext, readLineContext } from "./read-line-context.ts";

interface Props {
  /** `<time>~<id>` */
  line: string;
  onClose: () => void;
}

const few = 10;
const most = 100;

/** A line with those that its run wrote before and after it, whatever the search leaves out. */
export function Context({ line, onClose }: Props) {
  const [around, setAround] = useState({ before: few, after: few });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["logs", "around", line, around],
    queryFn: ({ client, signal }) => readLineContext(clientOf(client), line, around, signal),
    placeholderData: (previous) => (previous?.line && lineKey(previous.line) === line ? previous : undefined),
    meta: { live: "none" },
  });
  useShortcuts([{ keys: "Escape", label: "Close the context", group: "Logs", run: onClose }]);
  return (
    <section
      aria-label="Context"
      className="flex h-[44%] min-h-0 shrink-0 flex-col border-t-2 border-line-strong bg-surface"
    >
      <Head log={data?.line} line={line} onClose={onClose} />
      {error ? (
        <Failed what="The context" error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={6} label="Loading the context" />
      ) : data.line ? (
        <Lines
          line={data.line}
          around={data}
          onBefore={
            data.before.length >= around.before && around.before < most
              ? () => setAround({ ...around, before: Math.min(most, around.before * 3) })
              : undefined
          }
          onAfter={
            data.after.length >= around.after && around.after < most
              ? () => setAround({ ...around, after: Math.min(most, around.after * 3) })
              : undefined
          }
        />
      ) : (
        <p className="px-3 py-3 text-muted">
          This line has been deleted, or the link belongs to another server.
        </p>
      )}
    </section>
  );
}

function Head({ log, line, onClose }: Props & { log: Log | undefined }) {
  const search = new URLSearchParams({ line });
  return (
    <header className="flex h-9 shrink-0 items-center gap-2 border-b px-3">
      <h2 className="flex-1 truncate font-strong">Context</h2>
      {log?.flow_run_id && (
        <Link
          to={`${runPath({ kind: "flow-run", id: log.flow_run_id })}?${search}`}
          className="inline-flex items-center gap-1 text-muted hover:text-fg hover:underline"
        >
          <ExternalLink size={13} aria-hidden="true" />
          Open in run
        </Link>
      )}
      <Copy text={window.location.href} label="Copy link to this line and search" />
      <IconButton label="Close the context" shortcut="Esc" onClick={onClose} className="size-6">
        <X size={14} />
      </IconButton>
    </header>
  );
}

interface LinesProps {
  line: Log;
  around: LineContext;
  /** Reads more; undefined where there are none, or too many. */
  onBefore: (() => void) | undefined;
  onAfter: (() => void) | undefined;
}

function Lines({ line, around: { before, after }, onBefore, onAfter }: LinesProps) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {onBefore && (
        <Button variant="ghost" className="mx-2 my-0.5" onClick={onBefore}>
          <ChevronUp size={13} />
          More lines above
        </Button>
      )}
      {before.map((log) => (
        <Line key={log.id} log={log} />
      ))}
      <Marked key={line.id} log={line} />
      {after.map((log) => (
        <Line key={log.id} log={log} />
      ))}
      {onAfter && (
        <Button variant="ghost" className="mx-2 my-0.5" onClick={onAfter}>
          <ChevronDown size={13} />
          More lines below
        </Button>
      )}
    </div>
  );
}

function Line({ log, isMarked = false }: { log: Log; isMarked?: boolean }) {
  const { zone } = useSettings();
  return <LogRow {...{ log, zone, isMarked }} task={undefined} search="" onTask={undefined} />;
}

/** In the middle when it is opened; it stays where it is when lines are added. */
function Marked({ log }: { log: Log }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Its result may be a promise, which would be taken for the end of the effect.
    element.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <div ref={element} aria-current="true">
      <Line log={log} isMarked />
    </div>
  );
}
