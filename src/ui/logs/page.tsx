import { Pause, Play } from "lucide-react";
import { Suspense } from "react";
import { useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty } from "../kit/panel.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { useFlowChoices } from "../lists/controls/choices.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type Sorts, useListView } from "../lists/list-view.ts";
import { lineKey } from "../log-view/row.tsx";
import { useAddress } from "../parts/address.ts";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language } from "./fields.ts";
import type { LogRow } from "./source.ts";
import { useLogs } from "./use-logs.ts";

const Context = lazyNamed(async () => (await import("./context.tsx")).Context);

const sorts: Sorts<"newest"> = [{ value: "newest", label: "Newest first" }];
const defaults = {};

/** The log lines of all runs, searched and followed; a line opens with those around it. */
export function Page() {
  const [view, change] = useListView(sorts);
  const [search, setSearch] = useAddress(defaults);
  const isPraetor = useIsPraetor();
  const line = search.get("line") ?? undefined;
  const isFollowed = search.get("tail") !== "paused";
  const { q } = view;
  const list = useLogs(q, isFollowed);
  const known = (of: (row: LogRow) => string | undefined) =>
    [...new Set(list.rows.map(of))].filter((name) => name !== undefined).toSorted();
  const toggleTail = () => setSearch({ tail: isFollowed ? "paused" : undefined });
  useShortcuts([{ keys: "t", label: "Pause or resume live tail", group: "Logs", run: toggleTail }]);
  return (
    <ListPage
      title="Logs"
      {...{ view, change, sorts, fields }}
      example="timeout level:warning flow:etl since:1h"
      columns={columnNames}
      names={{ logger: known(({ log }) => log.name), task: known(({ task_run }) => task_run?.name) }}
      choices={{ flow: useFlowChoices }}
      actions={<TailButton isOn={isFollowed} onPress={toggleTail} />}
    >
      {(onQuery) => (
        <>
          <ListTable
            what="line"
            title="Lines"
            label="Logs"
            columnList="logs"
            {...{ list, language, q, onQuery }}
            total={undefined}
            place="newest"
            pathOf={({ log }) => `?${withLine(search, lineKey(log))}`}
            columns={({ isNarrow }) => (isNarrow ? narrowColumns : wideColumns)(line?.split("~")[1])}
            empty={<NoLogs />}
            note={
              !isPraetor && (
                <span className="truncate">Flows, tasks and loggers are filtered among the loaded lines</span>
              )
            }
          />
          {line && (
            <Suspense fallback={null}>
              <Context key={line} line={line} onClose={() => setSearch({ line: undefined })} />
            </Suspense>
          )}
        </>
      )}
    </ListPage>
  );
}

function withLine(search: URLSearchParams, line: string): string {
  const next = new URLSearchParams(search);
  next.set("line", line);
  return next.toString();
}

function TailButton({ isOn, onPress }: { isOn: boolean; onPress: () => void }) {
  return (
    <Button onClick={onPress}>
      {isOn ? <Pause size={13} /> : <Play size={13} />}
      {isOn ? "Pause tail" : "Resume tail"}
    </Button>
  );
}

const NoLogs = () => (
  <Empty
    title="No logs yet"
    code={`import { runLogger } from "praetor-flow";\n\nrunLogger().info(\`\${rows.length} rows read\`);`}
  >
    Logs and console output of all runs appear here as they are written.
  </Empty>
);
