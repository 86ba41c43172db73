import { BellOff, BellPlus, Check, ChevronRight, RotateCcw } from "lucide-react";
import { Suspense, useState } from "react";
import type { FailureGroup } from "../../../schema/failures.ts";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { useNow } from "../../kit/now.ts";
import { Link } from "../../kit/router.tsx";
import { useShortcuts } from "../../kit/shortcuts.ts";
import { Copy } from "../../parts/actions/copy.tsx";
import { LongText } from "../../parts/long-text.tsx";
import { errorsPath } from "../../parts/paths.ts";
import { Time } from "../../parts/time/time.tsx";
import { IgnoreMenu } from "../ignore-menu.tsx";
import { StandingBadge } from "../standing.tsx";
import { type StatusChange, useChangeStatus } from "../use-change-status.ts";
import { standingOf, titleOf, whereOf } from "../words.ts";
import { Rules } from "./rules.tsx";

const NotifyDialog = lazyNamed(async () => (await import("./notify-dialog.tsx")).NotifyDialog);

/** What failed, how often, since when, and what can be done about it. */
export function Header({ group }: { group: FailureGroup }) {
  const where = whereOf(group);
  return (
    <header className="flex shrink-0 flex-col gap-1.5 border-b bg-surface px-4 pt-3 pb-2.5">
      <div className="flex flex-wrap items-center gap-1.5 text-muted">
        <Link to={errorsPath()} className="hover:text-fg">
          Errors
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <span className="truncate font-strong text-fg">{group.error_type || "Error"}</span>
        <Copy text={group.id} label="Copy the id of the error" />
        <span className="flex-1" />
        <Actions group={group} />
      </div>
      <h1 className="max-h-[30vh] overflow-y-auto text-lg leading-7 font-strong break-words">
        <LongText text={titleOf(group)} />
      </h1>
      <div className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <StandingBadge group={group} />
        {where && <code className="text-xs text-fg">{where}</code>}
        <span>
          <span className="font-strong text-fg">×{group.count.toLocaleString("en")}</span> in{" "}
          {group.flow_runs.toLocaleString("en")} {group.flow_runs === 1 ? "flow run" : "flow runs"}
        </span>
        <span>
          First seen <Time time={group.first_seen} />
        </span>
        <span>
          Last seen{" "}
          <span className="text-fg">
            <Time time={group.last_seen} />
          </span>
        </span>
        {group.regressed && group.status === "open" && (
          <span className="text-failed">
            Failed again <Time time={group.regressed} />
          </span>
        )}
        <Rules id={group.id} />
      </div>
    </header>
  );
}

function Actions({ group }: { group: FailureGroup }) {
  const now = useNow(30);
  const change = useChangeStatus();
  const [isNotifying, setNotifying] = useState(false);
  const standing = standingOf(group, now);
  const isOpen = standing === "open" || standing === "reopened";
  const act = (next: StatusChange) => change([group.id], next);
  const resolve = () => void (standing !== "resolved" && act({ status: "resolved" }));
  const reopen = () => void (!isOpen && act({ status: "open" }));
  useShortcuts([
    { keys: "r", label: "Resolve error", group: "Error", run: resolve },
    { keys: "o", label: "Reopen error", group: "Error", run: reopen },
    { keys: "m", label: "Notify when this happens", group: "Error", run: () => setNotifying(true) },
  ]);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button onClick={() => setNotifying(true)}>
        <BellPlus size={13} />
        Notify…
      </Button>
      {standing !== "ignored" && (
        <IgnoreMenu
          onIgnore={(until) => act({ status: "ignored", until })}
          trigger={
            <Button>
              <BellOff size={13} />
              Ignore…
            </Button>
          }
        />
      )}
      {!isOpen && (
        <Button onClick={reopen}>
          <RotateCcw size={13} />
          Reopen
        </Button>
      )}
      {standing !== "resolved" && (
        <Button variant="primary" onClick={resolve}>
          <Check size={13} />
          Resolve
        </Button>
      )}
      <Suspense fallback={null}>
        {isNotifying && <NotifyDialog group={group} onClose={() => setNotifying(false)} />}
      </Suspense>
    </span>
  );
}
