import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { logs } from "../../../schema/logs.ts";
import type { Api } from "../../api.ts";
import { toast } from "../../kit/overlays/toast.tsx";
import { copyText } from "./clipboard.ts";
import { fileName, saveAnswer } from "./download.ts";
import { runCommands } from "./run-commands.ts";

/** Offers the command that does the same. */
export const twin = (command: string) => ({
  label: "Copy CLI command",
  onPress: () =>
    void copyText(command).then(
      () => toast.done("Copied the command"),
      (error) => toast.failed("Could not copy", error),
    ),
});

type LogFile = "text" | "jsonl" | "csv";
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

/** What our own server alone can do. */
export const needsPraetor = "needs a Praetor server";

/** The formats of a log, as items of a menu. */
export const logFormats: readonly { format: LogFile; label: string; isOurs: boolean }[] = [
  { format: "text", label: "text", isOurs: true },
  { format: "jsonl", label: "JSON lines", isOurs: true },
  { format: "csv", label: "CSV", isOurs: false },
];
