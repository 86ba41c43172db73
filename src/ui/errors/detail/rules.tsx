import { useQuery } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { type Automation, automations } from "../../../schema/automations.ts";
import { failureGroupResource } from "../../../schema/failures.ts";
import { maxPage } from "../../../schema/scalars.ts";
import { allTriggers } from "../../../schema/triggers.ts";
import { query } from "../../api.ts";
import { Link } from "../../kit/router.tsx";
import { automationPath } from "../../parts/paths.ts";

/** Automations that react to this error by its id. */
export function Rules({ id }: { id: string }) {
  // The server has no filter by what a trigger matches; automations are few.
  const { data = [] } = useQuery(query(automations.filter, { limit: maxPage }));
  const own = data.filter((automation) => isAbout(automation, failureGroupResource(id)));
  return own.map((automation) => (
    <Link
      key={automation.id}
      to={automationPath(automation.id)}
      className="inline-flex min-w-0 items-center gap-1 hover:text-fg hover:underline"
      title={automation.name}
    >
      <Bell size={12} className="shrink-0" aria-hidden="true" />
      <span className="max-w-[32ch] truncate">{automation.name}</span>
      {!automation.enabled && <span className="text-paused">paused</span>}
    </Link>
  ));
}

const isAbout = ({ trigger }: Automation, resource: string): boolean =>
  allTriggers(trigger).some(
    (one) => one.type === "event" && [one.match["prefect.resource.id"]].flat().includes(resource),
  );
