import { ChevronRight } from "lucide-react";
import type { Automation } from "../../../schema/automations.ts";
import { Link } from "../../kit/router.tsx";
import { Markdown } from "../../markdown/markdown.tsx";
import { Copy } from "../../parts/actions/copy.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time/time.tsx";
import { EnabledSwitch } from "../enabled-switch.tsx";
import { triggerWords } from "../model/trigger-words.ts";
import { useFirings } from "../use-firings.ts";
import { resourcesOf, useNames } from "../use-names.ts";
import { Actions } from "./actions.tsx";

/** What the automation waits for, how it stands, and what can be done about it. */
export function Header({ automation }: { automation: Automation }) {
  const { name, description, enabled, paused_reason } = automation;
  const nameOf = useNames(resourcesOf(automation));
  return (
    <header className="flex shrink-0 flex-col gap-1.5 border-b bg-surface px-4 pt-3 pb-2.5">
      <div className="flex items-center gap-1.5 text-muted max-md:flex-wrap">
        <Link to="/automations" className="hover:text-fg">
          Automations
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <span className="truncate font-strong text-fg">{name}</span>
        <Copy text={automation.id} label="Copy the id of the automation" />
        <span className="flex-1" />
        <span className="max-md:w-full">
          <Actions automation={automation} />
        </span>
      </div>
      <h1 className={`text-lg leading-7 font-strong break-words ${enabled ? "" : "text-muted"}`}>
        {triggerWords(automation.trigger, nameOf)}
      </h1>
      {paused_reason === "loop" && (
        <p role="status" className="text-late">
          Paused by the server because the automation triggered itself in a loop. Narrow its trigger, then
          resume the automation.
        </p>
      )}
      {description && (
        <div className="max-h-[40vh] max-w-[90ch] overflow-y-auto text-muted">
          <Markdown text={description} />
        </div>
      )}
      <Meta automation={automation} />
    </header>
  );
}

function Meta({ automation }: { automation: Automation }) {
  const firings = useFirings().of(automation.id);
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-muted">
      <span className="flex items-center gap-2">
        <EnabledSwitch automation={automation} />
        {automation.enabled ? "Enabled" : "Paused"}
      </span>
      <span>
        Fired <span className="text-fg">{(firings?.count ?? 0).toLocaleString("en")}</span> times in 7 days
      </span>
      {firings && (
        <span>
          Last{" "}
          <span className="text-fg">
            <Time time={firings.last} />
          </span>
        </span>
      )}
      <span>
        Changed <Time time={automation.updated} />
      </span>
      {automation.tags.length > 0 && (
        <span className="flex flex-wrap gap-1">
          {automation.tags.map((tag) => (
            <Tag key={tag} name={tag} />
          ))}
        </span>
      )}
    </div>
  );
}
