import type { FailureGroup } from "../../../schema/failures.ts";
import { useIsPraetor } from "../../api.ts";
import { useParams } from "../../kit/router.tsx";
import { useScopes } from "../../live.ts";
import { DetailPage } from "../../parts/detail-page.tsx";
import { NeedsPraetor } from "../../parts/needs-praetor.tsx";
import { usePageTitle } from "../../parts/page-title.ts";
import { runsPath } from "../../parts/runs-path.ts";
import { titleOf } from "../words.ts";
import { Cause } from "./cause.tsx";
import { Common } from "./common.tsx";
import { Counts } from "./counts.tsx";
import { Header } from "./header.tsx";
import { FailedRuns } from "./runs.tsx";
import { type Counted, useGroup } from "./use-group.ts";

/** One kind of failure: its cause, when it happened, its runs, and what these have in common. */
export function Page() {
  const { id = "" } = useParams();
  if (useIsPraetor()) return <Group key={id} id={id} />;
  return (
    <NeedsPraetor title="Errors" other={{ to: runsPath("state:failed,crashed"), label: "View failed runs" }}>
      A Prefect server does not group failures: this page needs Praetor's server.
    </NeedsPraetor>
  );
}

function Group({ id }: { id: string }) {
  useScopes([{ noun: "failures" }, { noun: "automations" }]);
  const { source, counted } = useGroup(id);
  return (
    <DetailPage what="error" id={id} source={source}>
      {(group) => <Loaded group={group} counted={counted} />}
    </DetailPage>
  );
}

function Loaded({ group, counted }: { group: FailureGroup; counted: Counted }) {
  usePageTitle(titleOf(group), group.status === "open" ? { type: "FAILED", name: "Error" } : undefined);
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:min-h-0">
      <Header group={group} />
      <div className="flex flex-1 flex-col lg:grid lg:min-h-0 lg:grid-cols-[minmax(0,58fr)_minmax(0,42fr)] lg:grid-rows-[minmax(0,1fr)] lg:divide-x max-lg:divide-y">
        <div className="flex min-w-0 flex-col lg:min-h-0">
          <Counts {...{ group, counted }} />
          <Cause id={group.id} />
        </div>
        <div className="flex min-w-0 flex-col max-lg:h-[720px] lg:min-h-0">
          <Common group={group} />
          <FailedRuns group={group} />
        </div>
      </div>
    </div>
  );
}
