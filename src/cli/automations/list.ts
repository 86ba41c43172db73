import type { Automation } from "../../schema/automations.ts";
import { allTriggers, type Trigger } from "../../schema/triggers.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { bold, dim, oneLine, print, printJson, styled } from "../terminal.ts";
import { allAutomations, findAutomation } from "./find.ts";
import type { JsonOption } from "./options.ts";

export async function list({ json }: JsonOption): Promise<void> {
  const rows = await allAutomations(connect());
  if (json) return printJson(rows);
  if (rows.length === 0)
    return print(dim("No automations. Create one with `praetor automation create FILE`."));
  print(table(columns, rows));
}

export async function inspect(name: string, { json }: JsonOption): Promise<void> {
  const automation = await findAutomation(connect(), name);
  if (json) return printJson(automation);
  const { id, description, trigger, tags } = automation;
  print(`${bold(oneLine(automation.name))}  ${statusText(automation)}`);
  if (description) print(`  ${oneLine(description)}`);
  const lines = [
    ["id", id],
    ["tags", tags.map(oneLine).join(", ") || "–"],
    ["waits", triggerText(trigger)],
    ["does", actionsText(automation)],
  ];
  if (automation.paused_reason === "loop") {
    print(
      "  It fired again and again in answer to itself or to other automations. Narrow its trigger, then resume it.",
    );
  }
  print(`\n${lines.map(([title = "", text]) => `  ${dim(title.padEnd(5))} ${text}`).join("\n")}`);
}

const columns: Column<Automation>[] = [
  { title: "AUTOMATION", text: ({ name }) => oneLine(name), shrinksTo: 12 },
  { title: "STATUS", text: statusText },
  { title: "WAITS FOR", text: ({ trigger }) => triggerText(trigger), shrinksTo: 16 },
  { title: "DOES", text: actionsText, shrinksTo: 12 },
  { title: "ID", text: ({ id }) => dim(id), dropped: 1 },
];

function statusText({ enabled, paused_reason }: Automation): string {
  if (enabled) return styled("green", "● enabled");
  return paused_reason ? styled("red", `‖ paused: ${paused_reason}`) : styled("yellow", "‖ paused");
}

function actionsText({ actions, actions_on_trigger }: Automation): string {
  return [...actions, ...actions_on_trigger].map(({ type }) => type).join(", ") || "nothing";
}

function triggerText(trigger: Trigger): string {
  if (trigger.type !== "event") {
    const parts = allTriggers(trigger).filter(({ type }) => type === "event");
    return `${trigger.type} of ${parts.length}: ${parts.map(triggerText).join("; ")}`;
  }
  const { expect, posture, threshold, within } = trigger;
  const names = expect.map(oneLine).join(" or ") || "any event";
  const often = threshold === 1 ? "" : ` ${threshold} times`;
  const window = within === 0 ? "" : ` within ${within} s`;
  return `${posture === "Proactive" ? "no " : ""}${names}${often}${window}`;
}
