import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../client/client.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { Empty, Failed } from "../kit/panel.tsx";
import { Skeleton, SkeletonRows } from "../kit/skeleton.tsx";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { useLiveLimits } from "../parts/live-limits.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { Header } from "./header.tsx";
import { LeftPane } from "./left-pane.tsx";
import { RightPane } from "./right-pane.tsx";
import { type UrlState, useUrlState } from "./url-state.ts";

/** One deployment: what it does at the left, what it is at the right. */
export function Page() {
  const url = useUrlState();
  useScopes([{ noun: "deployments" }]);
  const source = useQuery(query(deployments.read, { id: url.id }));
  if (source.data) return <Loaded key={url.id} deployment={source.data} url={url} />;
  if (!source.isError) return <Loading />;
  if (source.error instanceof ApiError && source.error.status === 404)
    return (
      <Empty title="There is no such deployment">
        It may have been deleted, or the address may be of another server. Its id is <code>{url.id}</code>.
      </Empty>
    );
  return <Failed what="The deployment" error={source.error} onRetry={() => void source.refetch()} />;
}

function Loaded({ deployment, url }: { deployment: Deployment; url: UrlState }) {
  useLiveLimits(deployment.global_concurrency_limit !== null);
  const flow = useFlowNames([deployment.flow_id]).nameOf(deployment.flow_id);
  usePageTitle([deployment.name, flow].filter(Boolean).join(" · "));
  const shared = { deployment, flow, url };
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:min-h-0">
      <Header {...shared} />
      <div className="grid min-h-0 flex-1 grid-cols-1 grid-rows-[420px_minmax(420px,1fr)] lg:grid-cols-[minmax(0,58fr)_minmax(0,42fr)] lg:grid-rows-1 lg:divide-x max-lg:divide-y">
        <LeftPane {...shared} />
        <RightPane {...shared} />
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the deployment">
      <div className="flex flex-col gap-3 border-b bg-surface px-4 py-4">
        <Skeleton className="h-3 w-60" />
        <Skeleton className="h-6 w-96 max-w-full" />
        <Skeleton className="h-3 w-72" />
      </div>
      <SkeletonRows rows={6} />
    </div>
  );
}
