import { logLevelName } from "../schema/logs.ts";
import type { RunFacts } from "./run-report.ts";
import { withoutSecrets, withoutSecretsInText } from "./secrets.ts";

/** Maximum characters of the whole text: what a chat or an issue accepts. */
export const longestReport = 20_000;
const longestError = 8_000;
const longestLine = 400;
const longestParameters = 3_000;

/**
 * A flow run in Markdown, for a colleague or an assistant: what failed and why, the last lines of its log, its parameters
 * and versions. Bounded in length; values that look like secrets are hidden.
 */
export function runMarkdown(facts: RunFacts, { link }: { link?: string | undefined } = {}): string {
  const parts = [head(facts, link), cause(facts), failedTasks(facts), lastLines(facts), parameters(facts)];
  const whole = `${parts.filter((part) => part !== "").join("\n\n")}\n`;
  if (whole.length <= longestReport) return whole;
  return `${whole.slice(0, longestReport - 60)}…\n\n(cut at ${longestReport.toLocaleString("en")} characters)\n`;
}

function head({ run, flow, deployment }: RunFacts, link: string | undefined): string {
  const what = `${inline(flow?.name ?? run.flow_id)} run ${inline(run.name)}`;
  const message = run.state?.message;
  const lines: [string, string | null | undefined][] = [
    ["State", `${run.state_name ?? "none"}${message ? `: ${clipped(oneLine(message), 500)}` : ""}`],
    ["Started", run.start_time],
    ["Ended", run.end_time],
    ["Duration", run.start_time && `${run.total_run_time.toFixed(1)} s`],
    ["Attempts", run.run_count > 1 ? String(run.run_count) : null],
    ["Deployment", deployment && inline(deployment.name)],
    ["Versions", versions({ run, deployment })],
    ["Work pool", run.work_pool_name && inline(run.work_pool_name)],
    ["Tags", run.tags.slice(0, 20).map(inline).join(" ")],
    ["ID", run.id],
    ["Link", link],
  ];
  const known = lines.flatMap(([label, text]) => (text ? [`- ${label}: ${withoutSecretsInText(text)}`] : []));
  return [`# ${what}: ${run.state_name ?? "no state"}`, "", ...known].join("\n");
}

function versions({ run, deployment }: Pick<RunFacts, "run" | "deployment">): string {
  const deployed = run.deployment_version ?? deployment?.version;
  return [run.flow_version && `flow ${run.flow_version}`, deployed && `deployment ${deployed}`]
    .filter(Boolean)
    .join(", ");
}

function cause({ cause: found, error }: RunFacts): string {
  if (!found) return "";
  const { path, task } = found;
  const subflows = path.slice(1).map(({ name }) => `in subflow ${inline(name)}`);
  const attempts = task && task.run_count > 1 ? ` after ${task.run_count} attempts` : "";
  const where = task ? `Task ${inline(task.name)} failed${attempts}` : "The code of the flow failed";
  const message = error ?? task?.message ?? path.at(-1)?.message ?? "no message";
  const sentence = [where, ...subflows].join(" ");
  return `## Cause\n\n${sentence}:\n\n${fenced(middle(withoutSecretsInText(message), longestError))}`;
}

function failedTasks({ failedTasks: tasks }: RunFacts): string {
  if (tasks.length < 2) return "";
  const items = tasks.map(({ name, state_name, state }) => {
    const why = state?.message ? `: ${clipped(oneLine(withoutSecretsInText(state.message)), 200)}` : "";
    return `- ${inline(name)} ${state_name ?? ""}${why}`;
  });
  return ["## Failed tasks", "", ...items].join("\n");
}

function lastLines({ lastLines: lines, cause: found }: RunFacts): string {
  if (lines.length === 0) return "";
  const taskId = found?.task?.id;
  const isOfTask = taskId !== undefined && lines.every(({ task_run_id: id }) => id === taskId);
  const text = lines
    .map(({ timestamp, level, message }) => {
      const line = clipped(withoutSecretsInText(message), longestLine);
      return `${timestamp.slice(0, 23).replace("T", " ")} ${logLevelName(level)} ${line}`;
    })
    .join("\n");
  return `## Last log lines${isOfTask ? " of the task" : ""} (UTC)\n\n${fenced(text)}`;
}

function parameters({ run }: RunFacts): string {
  if (Object.keys(run.parameters).length === 0) return "";
  const text = clipped(JSON.stringify(withoutSecrets(run.parameters), null, 2), longestParameters);
  return `## Parameters\n\n${fenced(text, "json")}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} characters more)`;

/** The beginning and the end, where Python puts the error. */
function middle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`;
}

/** A text as a code span, delimited by enough backticks. */
function inline(text: string): string {
  const line = clipped(oneLine(text), 200);
  const ticks = "`".repeat(longestRun(line) + 1);
  return ticks.length > 1 ? `${ticks} ${line} ${ticks}` : `\`${line}\``;
}

function fenced(text: string, language = "text"): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

const longestRun = (text: string): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
