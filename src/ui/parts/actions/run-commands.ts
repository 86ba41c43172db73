import type { Input } from "../../../schema/route.ts";
import type { Json } from "../../../schema/scalars.ts";
import type { BulkVerb, Selection, selections } from "../../../schema/selections.ts";
import { quoted } from "./curl.ts";
import { parameterOptions } from "./deployment-commands.ts";
import type { StateChoice } from "./state-choice.ts";

/** Flow runs and task runs, as the command line names them. */
export type RunNoun = "flow-run" | "task-run";

/** What a bulk verb needs beside the rows. */
export type VerbInput = Pick<Input<typeof selections.apply>, "state" | "force" | "tags">;

/** What is done to runs, as commands. */
export const runCommands = {
  setState: (noun: RunNoun, ids: readonly string[], { type, name, message, force }: StateChoice): string =>
    [
      `praetor ${noun} set-state ${ids.join(" ")} --type ${type.toLowerCase()}`,
      ...(name.trim() ? [`--name ${quoted(name.trim())}`] : []),
      ...(message.trim() ? [`--message ${quoted(message.trim())}`] : []),
      ...(force ? ["--force"] : []),
    ].join(" "),
  rename: (noun: RunNoun, id: string, name: string): string => `praetor ${noun} rename ${id} ${quoted(name)}`,
  tag: (
    ids: readonly string[],
    { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] },
  ): string =>
    [
      `praetor flow-run tag ${ids.join(" ")}`,
      ...add.map((tag) => `--add ${quoted(tag)}`),
      ...remove.map((tag) => `--remove ${quoted(tag)}`),
    ].join(" "),
  /** With what differs from the run. */
  runAgain: (id: string, changed: { parameters: Json; job_variables: Json; tags?: readonly string[] }) =>
    [
      `praetor flow-run run-again ${id}`,
      ...parameterOptions("--param", changed.parameters),
      ...parameterOptions("--job-variable", changed.job_variables),
      ...(changed.tags ?? []).map((tag) => `--tag ${quoted(tag)}`),
    ].join(" "),
  /** A verb for a selection that the server holds. */
  bulk: (
    { id, noun }: Pick<Selection, "id" | "noun">,
    verb: BulkVerb,
    { state, force = false, tags }: VerbInput,
  ): string =>
    [
      `praetor bulk ${noun} ${verb.replace("_", "-")} --selection ${id}`,
      ...(state ? [`--type ${state.type.toLowerCase()}`] : []),
      ...(state?.name ? [`--name ${quoted(state.name)}`] : []),
      ...(state?.message ? [`--message ${quoted(state.message)}`] : []),
      ...(force ? ["--force"] : []),
      ...(tags ?? []).map((tag) => `--tag ${quoted(tag)}`),
    ].join(" "),
  report: (id: string): string => `praetor flow-run report ${id}`,
  exported: (id: string): string => `praetor flow-run export ${id}`,
  logs: (id: string, isJson: boolean): string => `praetor flow-run logs ${id}${isJson ? " --json" : ""}`,
} as const;
