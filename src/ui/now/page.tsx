import { FirstFlow } from "../parts/first-flow.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { Activity } from "./activity.tsx";
import { Cards } from "./cards.tsx";
import { Controls } from "./controls.tsx";
import { totalsOf } from "./counts.ts";
import { Failures } from "./failing.tsx";
import type { NowSource } from "./figures.ts";
import { Inbox } from "./inbox.tsx";
import { Running } from "./running.tsx";
import { Upcoming } from "./upcoming.tsx";
import { useFailures } from "./use-failures.ts";
import { useOverview } from "./use-overview.ts";
import { useView, type View } from "./view.ts";
import { Waiting } from "./waiting.tsx";

/**
 * What needs a person: counts, then failures beside what waits, then how the day went; what runs and what comes next
 * below. Failures and what waits are as tall as they have to be, up to a share of the screen.
 */
export function Page() {
  const [view, change] = useView();
  const { source, window } = useOverview(view);
  const failures = useFailures(view, window);
  const { data } = source;
  const isFailing = data !== undefined && totalsOf(data.history).failed > 0;
  usePageTitle("Now", { type: isFailing ? "FAILED" : data?.running.count ? "RUNNING" : "COMPLETED" });
  // What stands below takes its place once it is known how much stands above.
  const isWaitedFor =
    !source.isError && (data === undefined || (failures.data === undefined && !failures.isError));
  if (data?.is_empty) return <Welcome />;
  return (
    <div className="flex w-full flex-col gap-3 p-4 max-md:p-3">
      <header className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="text-lg font-strong">Now</h1>
        <Controls view={view} onChange={change} />
      </header>
      <Cards data={data} groups={failures.data?.length} view={view} />
      <div className="grid shrink-0 gap-3 lg:max-h-[clamp(380px,calc(100dvh-430px),760px)] lg:min-h-[232px] lg:grid-cols-[minmax(0,1fr)_minmax(360px,33%)] lg:grid-rows-[minmax(0,1fr)]">
        <Failures source={failures} view={view} window={window} />
        {!isWaitedFor && (
          <div className="flex min-h-0 min-w-0 flex-col gap-3">
            <Inbox source={source} view={view} />
            <Waiting source={source} view={view} />
          </div>
        )}
      </div>
      {!isWaitedFor && <Rest source={source} view={view} />}
    </div>
  );
}

function Rest({ source, view }: { source: NowSource; view: View }) {
  return (
    <>
      <Activity source={source} view={view} />
      <div className="grid shrink-0 gap-3 lg:h-[402px] lg:grid-cols-2">
        <Running source={source} view={view} />
        <Upcoming source={source} view={view} />
      </div>
    </>
  );
}

function Welcome() {
  return (
    <>
      <header className="flex min-h-8 items-center px-4 pt-4">
        <h1 className="text-lg font-strong">Now</h1>
      </header>
      <FirstFlow title="No runs yet" />
    </>
  );
}
