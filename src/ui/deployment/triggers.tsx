import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type Automation, automations } from "../../schema/automations.ts";
import type { Deployment } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { Empty, Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { useScopes } from "../live.ts";
import { automationPath, newAutomationPath } from "../parts/paths.ts";

/** The automations that have to do with the deployment: what runs it, and what watches its runs. */
export function Triggers({ deployment }: { deployment: Deployment }) {
  useScopes([{ noun: "automations" }]);
  const source = useQuery(
    query(automations.relatedTo, { resource_id: `prefect.deployment.${deployment.id}` }),
  );
  return (
    <Panel
      what="Automations"
      className="min-h-0 flex-1 overflow-y-auto"
      source={source}
      skeleton={<SkeletonRows rows={3} label="Loading the automations" />}
      isEmpty={(rows) => rows.length === 0}
      empty={
        <Empty title="No automations" action={<Add deployment={deployment} />}>
          An automation runs this deployment when an event happens, or acts when its runs change state.
        </Empty>
      }
    >
      {(rows) => (
        <>
          <ul>
            {rows.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </ul>
          <div className="px-3 py-2.5">
            <Add deployment={deployment} />
          </div>
        </>
      )}
    </Panel>
  );
}

function Row({ row: { id, name, description, enabled } }: { row: Automation }) {
  return (
    <li className="relative border-b px-3 py-2 hover:bg-hover">
      <p className="flex items-center gap-3">
        <Link
          to={automationPath(id)}
          className="min-w-0 flex-1 truncate font-strong outline-offset-2 after:absolute after:inset-0"
        >
          {name}
        </Link>
        <span className={enabled ? "text-completed" : "text-paused"}>{enabled ? "Enabled" : "Paused"}</span>
      </p>
      {description && <p className="truncate text-muted">{description}</p>}
    </li>
  );
}

const Add = ({ deployment: { id } }: { deployment: Deployment }) => (
  <Link
    to={newAutomationPath({ preset: "flow-run-failed", deployment: id })}
    className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 font-strong hover:bg-hover"
  >
    <Plus size={13} />
    Add an automation
  </Link>
);
