import { useQuery } from "@tanstack/react-query";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { useScopes } from "../live.ts";
import { DetailPage } from "../parts/detail-page.tsx";
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
  return (
    <DetailPage what="deployment" id={url.id} source={source}>
      {(deployment) => <Loaded key={url.id} deployment={deployment} url={url} />}
    </DetailPage>
  );
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
