import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { type LogFilter, logLevelName, logs } from "../../schema/logs.ts";
import { clientOf, query } from "../api.ts";
import { Select } from "../kit/controls/select.tsx";
import { filterOf, type LogViewState } from "./lines.ts";

/** The time of an attempt, up to the next one. */
export interface AttemptSpan {
  number: number;
  from: string | undefined;
  to: string | undefined;
}

interface Props {
  flowRunIds: readonly string[];
  /** The whole view is of this task run. */
  taskRunId: string | undefined;
  state: LogViewState;
  attempts: readonly AttemptSpan[];
  /** The one that is chosen. */
  attempt: AttemptSpan | undefined;
  /** Lines of the whole log. */
  total: number | undefined;
  onState: (patch: Partial<LogViewState>) => void;
}

/** Filters by task, attempt and logger, and how many lines each filter leaves out that the others let through. */
export function LogFilters(props: Props) {
  const { flowRunIds, taskRunId, state, attempts, total, onState } = props;
  const [isOpen, setOpen] = useState(false);
  const active = activeFilters(props);
  const isWanted = isOpen || active.some(({ key }) => key === "logger" || key === "task");
  const writers = useQuery({
    ...query(logs.writers, { flow_run_ids: [...flowRunIds] }),
    enabled: isWanted,
    meta: { live: "none" },
  });
  const counted = { flow_run_ids: [...flowRunIds], filters: active.map(({ filter }) => filter) };
  const counts = useQuery({
    // Counted again after some lines were written, not after each.
    queryKey: ["logs", "hidden", counted, Math.floor((total ?? 0) / 100)],
    queryFn: ({ client, signal }) => clientOf(client).call(logs.hidden, counted, { signal }),
    enabled: active.length > 0,
    placeholderData: keepPreviousData,
    meta: { live: "none" },
  });
  if (total === undefined || total === 0) return null;
  const tasks = writers.data?.tasks ?? [];
  const loggers = writers.data?.loggers ?? [];
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1 text-xs text-muted">
      {!isWanted && (
        <button type="button" className="touch hover:text-fg hover:underline" onClick={() => setOpen(true)}>
          Filter by {taskRunId ? "logger" : "task, logger"}
          {attempts.length > 1 && ", attempt"}
        </button>
      )}
      {isWanted && !taskRunId && (
        <Choice
          {...{ label: "Task", all: "All tasks", value: state.task }}
          options={tasks.map(({ id, name, count }) => ({ value: id, label: `${name} (${count})` }))}
          onChange={(task) => onState({ task })}
        />
      )}
      {(isWanted || state.attempt !== undefined) && attempts.length > 1 && (
        <Choice
          {...{ label: "Attempt", all: "All attempts", value: state.attempt?.toString() }}
          options={attempts.map(({ number }) => ({ value: String(number), label: `Attempt ${number}` }))}
          onChange={(number) => onState({ attempt: number === undefined ? undefined : Number(number) })}
        />
      )}
      {isWanted && (
        <Choice
          {...{ label: "Logger", all: "All loggers", value: state.logger }}
          options={loggers.map(({ name, count }) => ({ value: name, label: `${name} (${count})` }))}
          onChange={(logger) => onState({ logger })}
        />
      )}
      {active.map(({ key, label, cleared }, place) => (
        <span key={key} className="inline-flex items-center gap-1">
          {label} hides {(counts.data?.hidden[place] ?? 0).toLocaleString("en")}
          <button
            type="button"
            aria-label={`Remove the filter: ${label}`}
            className="touch text-faint hover:text-fg"
            onClick={() => onState(cleared)}
          >
            <X size={12} />
          </button>
        </span>
      ))}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  /** Without a filter. */
  all: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
}

function Choice({ label, all, value = "", options, onChange }: ChoiceProps) {
  const isKnown = value === "" || options.some((option) => option.value === value);
  return (
    <Select
      label={label}
      value={value}
      onChange={(next) => onChange(next || undefined)}
      options={[{ value: "", label: all }, ...(isKnown ? [] : [{ value, label: value }]), ...options]}
    />
  );
}

interface Active {
  key: "level" | "text" | "logger" | "task" | "attempt";
  label: string;
  filter: LogFilter;
  /** What removes it. */
  cleared: Partial<LogViewState>;
}

const nothing = { level: 0, text: "" };

/** Each filter that is set, by itself. */
function activeFilters({ state, attempt }: Pick<Props, "state" | "attempt">): Active[] {
  const { level, text, logger, task } = state;
  const one = (key: Active["key"], label: string, own: object, cleared: Partial<LogViewState>): Active => ({
    ...{ key, label, cleared },
    filter: filterOf({ ...nothing, ...own }),
  });
  return [
    ...(level > 0
      ? [one("level", `Level ${logLevelName(level).toLowerCase()}`, { level }, { level: 0 })]
      : []),
    ...(text ? [one("text", "Search", { text }, { text: "" })] : []),
    ...(task ? [one("task", "Task", { taskRunId: task }, { task: undefined })] : []),
    ...(attempt
      ? [
          one(
            "attempt",
            `Attempt ${attempt.number}`,
            { after: attempt.from, before: attempt.to },
            { attempt: undefined },
          ),
        ]
      : []),
    ...(logger ? [one("logger", "Logger", { logger }, { logger: undefined })] : []),
  ];
}
