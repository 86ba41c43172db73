import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { type Flow, flows } from "../../schema/flows.ts";
import type { RecentRuns } from "../../schema/waiting.ts";
import { query } from "../api.ts";
import { Link, useParams } from "../kit/router.tsx";
import { useScopes } from "../live.ts";
import { Copy } from "../parts/actions/copy.tsx";
import { RunsStrip, SuccessRate } from "../parts/charts/runs-strip.tsx";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { useRecentRuns } from "../parts/runs/recent-runs.ts";
import { runsPath } from "../parts/runs-path.ts";
import { Tag } from "../parts/tag.tsx";
import { FireTime, useSoonestFire } from "../parts/time/next-fire.tsx";
import { Time, Zone } from "../parts/time/time.tsx";
import { Actions } from "./actions.tsx";
import { Deployments } from "./deployments.tsx";
import { Durations } from "./durations.tsx";
import { RunsPane } from "./runs-pane.tsx";
import { flowSentence } from "./sentence.ts";

/** One flow: its runs, how long they take, and its deployments. */
export function Page() {
  const { id = "" } = useParams();
  useScopes([{ noun: "deployments" }]);
  const source = useQuery(query(flows.read, { id }));
  return (
    <DetailPage what="flow" id={id} source={source}>
      {(flow) => <Loaded key={id} flow={flow} />}
    </DetailPage>
  );
}

function Loaded({ flow }: { flow: Flow }) {
  usePageTitle(flow.name);
  const recent = useRecentRuns("flow", [flow.id]);
  const deployed = useQuery(query(deployments.filter, { flows: { id: { any_: [flow.id] } } }));
  const known = recent.of(flow.id);
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:min-h-0">
      <header className="flex shrink-0 flex-col gap-1.5 border-b bg-surface px-4 pt-3 pb-2.5">
        <div className="flex items-center gap-1.5 text-muted">
          <Link to="/flows" className="hover:text-fg">
            Flows
          </Link>
          <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
          <span className="truncate font-strong text-fg">{flow.name}</span>
          <Copy text={flow.id} label="Copy the id of the flow" />
          <span className="ml-auto">
            <Actions flow={flow} />
          </span>
        </div>
        <h1 className="text-lg leading-7 font-strong max-md:min-h-14">
          {flowSentence({ name: flow.name, recent: known, deployments: deployed.data })}
        </h1>
        <Meta flow={flow} recent={known} deployments={deployed.data}>
          <RunsStrip recent={known} isPending={recent.isPending} />
        </Meta>
      </header>
      <Durations flow={flow} />
      <div className="grid min-h-0 flex-1 grid-cols-1 grid-rows-[420px_minmax(240px,1fr)] lg:grid-cols-[minmax(0,62fr)_minmax(0,38fr)] lg:grid-rows-1 lg:divide-x max-lg:divide-y">
        <RunsPane flow={flow} />
        <Deployments flow={flow} source={deployed} />
      </div>
    </div>
  );
}

interface MetaProps {
  flow: Flow;
  recent: RecentRuns | undefined;
  deployments: readonly Deployment[] | undefined;
  children: ReactNode;
}

function Meta({ flow, recent, deployments, children }: MetaProps) {
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-muted max-md:min-h-11 max-md:content-start">
      <span>
        First seen <Time time={flow.created} />
      </span>
      {recent && (
        <span>
          Completed <SuccessRate recent={recent} />
        </span>
      )}
      {recent?.runs[0]?.start_time && (
        <span>
          Last run{" "}
          <span className="text-fg">
            <Time time={recent.runs[0].start_time} />
          </span>
        </span>
      )}
      <Next deployments={deployments} />
      {recent !== undefined && recent.late > 0 && (
        <Link to={runsPath(`state:late flow:"${flow.name}"`)} className="text-late underline">
          {recent.late} late
        </Link>
      )}
      {flow.tags.length > 0 && (
        <span className="flex flex-wrap gap-1">
          {flow.tags.map((tag) => (
            <Tag key={tag} name={tag} />
          ))}
        </span>
      )}
      <span className="ml-auto max-md:hidden">{children}</span>
    </div>
  );
}

/** The soonest fire of its deployments. */
function Next({ deployments = [] }: Pick<MetaProps, "deployments">) {
  const { at } = useSoonestFire(deployments);
  if (at === undefined) return null;
  return (
    <span>
      Next{" "}
      <span className="text-fg">
        <FireTime at={at} />
      </span>
      , <Zone />
    </span>
  );
}
