import { exportRun } from "../../client/run-export.ts";
import { runMarkdown } from "../../client/run-markdown.ts";
import { readRunFacts } from "../../client/run-report.ts";
import { connect } from "../connect.ts";
import { printJson } from "../terminal.ts";
import { findRun } from "./find.ts";

/** Writes the summary of a run in Markdown to standard output. */
export async function report(id: string): Promise<void> {
  const client = connect();
  const run = await findRun(client, id);
  const link = `${client.baseUrl.replace(/\/api$/, "")}/runs/${run.id}`;
  process.stdout.write(runMarkdown(await readRunFacts(client, run.id), { link }));
}

/** Writes a run with its related data as JSON to standard output. */
export async function exportJson(id: string): Promise<void> {
  const client = connect();
  const run = await findRun(client, id);
  printJson(await exportRun(client, run.id));
}
