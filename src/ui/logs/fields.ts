import { type LogHit, logLevels } from "../../schema/logs.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";

export type Key = "level" | "flow" | "task" | "logger" | "run" | "since" | "until";

const nothing = {};

export const fields: QueryFields<LogHit, Key> = {
  fields: {
    level: {
      ...{ hint: "this level and above", example: "warning" },
      options: {
        all: { label: "all", condition: nothing },
        info: { label: "info and above", condition: nothing },
        warning: { label: "warning and above", condition: nothing },
        error: { label: "errors only", condition: nothing },
        critical: { label: "critical only", condition: nothing },
      },
      initial: "all",
    },
    flow: {
      ...{ on: "flows.name", isName: true, isOwn: true, of: ({ flow_run }) => flow_run?.flow_name },
      ...{ hint: "part of the flow's name, or all of it in quotes", example: '"daily-etl"' },
    },
    task: {
      ...{ on: "task_runs.name", isOwn: true, of: ({ task_run }) => task_run?.name },
      ...{ hint: "part of the task run's name", example: "load" },
    },
    logger: { reads: "text", hint: "name of the logger", example: "console" },
    run: { reads: "id", hint: "id of the flow run", example: "" },
    since: { reads: "time", hint: "written after: 1h, 7d or a date", example: "1h" },
    until: { reads: "time", hint: "written before: 1h or a date", example: "1h" },
  },
  controls: [
    { kind: "option", key: "level", label: "Level" },
    { kind: "time", since: "since", until: "until", label: "Time" },
    { kind: "values", key: "flow", label: "Flow" },
    { kind: "values", key: "task", label: "Task", isSingle: true },
    { kind: "values", key: "logger", label: "Logger" },
  ],
  text: { hint: "in the message or the logger" },
  starters: [
    { text: "level:error", hint: "errors only" },
    { text: "level:warning", hint: "warnings and errors" },
    { text: "since:1h", hint: "the last hour" },
  ],
};

export const language = queryLanguage(fields);

/** The lowest level that an option of `level` lets through; 0 for all. */
export const lowestLevel = (option: string): number =>
  Object.entries(logLevels).find(([name]) => name === option)?.[1] ?? 0;
