import { exportRun } from "../../../client/run-export.ts";
import { runMarkdown } from "../../../client/run-markdown.ts";
import { readRunFacts } from "../../../client/run-report.ts";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { logs } from "../../../schema/logs.ts";
import type { Api } from "../../api.ts";
import { toast } from "../../kit/overlays/toast.tsx";
import { copyText } from "../../parts/actions/clipboard.ts";
import { fileName, saveAnswer, saveText } from "../../parts/actions/download.ts";
import { runCommands } from "../../parts/actions/run-commands.ts";
import { runPath } from "../../parts/runs/run-link.tsx";

// What leaves the page with a run: a text for the clipboard, and files.

/** Offers the command that does the same. */
const twin = (command: string) => ({
  label: "Copy CLI command",
  onPress: () =>
    void copyText(command).then(
      () => toast.done("Copied the command"),
      (error) => toast.failed("Could not copy", error),
    ),
});

export async function copyMarkdown({ client }: Api, run: FlowRun): Promise<void> {
  const link = new URL(runPath({ kind: "flow-run", id: run.id }), window.location.origin).href;
  const text = readRunFacts(client, run.id).then((facts) => runMarkdown(facts, { link }));
  try {
    await copyText(text);
    toast.done(`Copied ${run.name} as Markdown`, twin(runCommands.report(run.id)));
  } catch (error) {
    toast.failed(`Could not copy ${run.name} as Markdown`, error);
  }
}

export async function downloadRun({ client }: Api, run: FlowRun): Promise<void> {
  try {
    const whole = await exportRun(client, run.id);
    saveText(`${JSON.stringify(whole, null, 2)}\n`, `${fileName(run.name)}.json`, "application/json");
    const cut = whole.omitted ? ", cut" : "";
    toast.done(`Downloaded ${run.name} as JSON${cut}`, twin(runCommands.exported(run.id)));
  } catch (error) {
    toast.failed(`Could not download ${run.name}`, error);
  }
}

export type LogFile = "text" | "jsonl" | "csv";
const extensions = { text: "txt", jsonl: "jsonl", csv: "csv" } as const;

/** The whole log, not only what is on screen. Text and JSON lines are our own server's; CSV any server has. */
export async function downloadLog(
  api: Api,
  run: Pick<FlowRun, "id" | "name">,
  format: LogFile,
): Promise<void> {
  const name = `${fileName(run.name)}-logs.${extensions[format]}`;
  try {
    if (format === "csv") await saveAnswer(api, flowRuns.downloadLogs, { id: run.id }, name);
    else await saveAnswer(api, logs.download, { id: run.id, format }, name);
    toast.done(`Downloading ${name}`, twin(runCommands.logs(run.id, format === "jsonl")));
  } catch (error) {
    toast.failed("Could not download the log", error);
  }
}
