import { Copy as CopyIcon, Download } from "lucide-react";
import type { Log } from "../../schema/logs.ts";
import { useApi } from "../api.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { SearchField } from "../kit/controls/search-field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { Switch } from "../kit/controls/switch.tsx";
import { cx } from "../kit/cx.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { copyText } from "../parts/actions/clipboard.ts";
import { downloadLog, logFormats, needsPraetor } from "../parts/actions/download-log.ts";
import { withoutAnsi } from "./ansi.ts";
import { isFiltered, type LogLines, type LogViewState, type Subflows, unfiltered } from "./lines.ts";
import { levelName } from "./row.tsx";

interface Props {
  flowRunId: string;
  state: LogViewState;
  /** Lines that the filters leave out. */
  hidden: number;
  lines: LogLines;
  subflows: Subflows | undefined;
  onState: (patch: Partial<LogViewState>) => void;
}

const levels = [
  { value: "0", label: "All levels" },
  { value: "20", label: "Info and above" },
  { value: "30", label: "Warning and above" },
  { value: "40", label: "Errors only" },
] as const;
const levelOf = (level: number) => levels.findLast((one) => Number(one.value) <= level)?.value ?? "0";

export function LogTools({ flowRunId, state, hidden, lines, subflows, onState }: Props) {
  const total = lines.total ?? 0;
  const isNarrowed = isFiltered(state);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1.5">
      <SearchField
        label="Search the log"
        placeholder="Search the log"
        className="w-36 max-sm:w-20"
        text={state.text}
        onText={(text) => onState({ text })}
      />
      <Select
        label="Level"
        value={levelOf(state.level)}
        onChange={(level) => onState({ level: Number(level) })}
        options={levels}
      />
      {subflows && (
        <span className="flex items-center gap-1.5 text-muted">
          <Switch
            label="With subflows"
            checked={state.withSubflows}
            onChange={(withSubflows) => onState({ withSubflows })}
          />
          <span aria-hidden="true">With subflows</span>
          {state.withSubflows && subflows.isCut && (
            <span className="text-xs">the first {subflows.runs?.size}</span>
          )}
        </span>
      )}
      <span
        className={cx(
          "flex min-w-0 flex-1 items-baseline gap-1.5 text-xs text-muted",
          // On a phone the tab above tells the number, and the buttons stay on this line.
          !isNarrowed && "max-sm:sr-only",
        )}
      >
        <span role="status" className="truncate">
          {lines.total !== undefined && `${total.toLocaleString("en")} ${total === 1 ? "line" : "lines"}`}
          {hidden > 0 && <span>, {hidden.toLocaleString("en")} hidden</span>}
        </span>
        {isNarrowed && (
          <button
            type="button"
            className="touch shrink-0 text-accent hover:underline"
            onClick={() => onState(unfiltered)}
          >
            Show all
          </button>
        )}
      </span>
      <span className="ml-auto flex shrink-0 items-center gap-2">
        <CopyLines lines={lines} />
        <DownloadButton flowRunId={flowRunId} />
      </span>
    </div>
  );
}

/** More would keep the browser busy for seconds; the download has them all. */
const mostCopied = 10_000;

function CopyLines({ lines }: { lines: LogLines }) {
  const total = lines.total ?? 0;
  const number = Math.min(total, mostCopied).toLocaleString("en");
  const label =
    total > mostCopied
      ? `Copy the last ${number} lines`
      : total === 1
        ? "Copy the line"
        : `Copy all ${number} lines`;
  const copy = () =>
    copyText(lines.last(mostCopied).then(textOf)).then(
      () => toast.done(total === 1 ? "1 line copied" : `${number} lines copied`),
      (error) => toast.failed("Could not copy the lines", error),
    );
  return (
    <IconButton label={label} className="size-6" disabled={total === 0} onClick={() => void copy()}>
      <CopyIcon size={13} />
    </IconButton>
  );
}

const textOf = (logs: readonly Log[]): string =>
  logs
    .map((log) => `${log.timestamp} ${levelName(log.level).toUpperCase()} ${withoutAnsi(log.message)}`)
    .join("\n");

/** All lines of the flow run, whatever the filters leave out. */
function DownloadButton({ flowRunId }: { flowRunId: string }) {
  const api = useApi();
  return (
    <Menu
      trigger={
        <Button variant="ghost" aria-label="Download the whole log" className="size-6 !px-0">
          <Download size={13} />
        </Button>
      }
      groups={[
        logFormats.map(({ format, label, isOurs }) => ({
          label: `Download as ${label}`,
          disabled: isOurs && !api.info ? needsPraetor : undefined,
          onSelect: () => void downloadLog(api, { id: flowRunId, name: flowRunId }, format),
        })),
      ]}
    />
  );
}
