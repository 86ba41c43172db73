import { exportRun } from "../../../client/run-export.ts";
import { runMarkdown } from "../../../client/run-markdown.ts";
import { readRunFacts } from "../../../client/run-report.ts";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { Api } from "../../api.ts";
import { toast } from "../../kit/overlays/toast.tsx";
import { copyText } from "../../parts/actions/clipboard.ts";
import { fileName, saveText } from "../../parts/actions/download.ts";
import { twin } from "../../parts/actions/download-log.ts";
import { runCommands } from "../../parts/actions/run-commands.ts";
import { runPath } from "../../parts/runs/run-link.tsx";

// What leaves the page with a run: a text for the clipboard, and files.

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
