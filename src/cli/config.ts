import { join } from "node:path";
import { withoutPassword } from "../schema/database-url.ts";
import { Settings, secretSettings, settingVariables, variableOf } from "../schema/settings.ts";
import { settingsOf } from "./connect.ts";
import { table } from "./table.ts";
import { dim, oneLine, print, printJson } from "./terminal.ts";

interface Row {
  name: string;
  value: string | number | boolean | null;
  source: string;
  variable: string | null;
}

export function viewConfig({ json }: { json: boolean }): void {
  const settings = settingsOf(process.env);
  const rows = Settings.keyof().options.map((name): Row => {
    const value = shown(settings, name);
    const source = variableOf(process.env, name) ?? (value === null ? "unset" : "default");
    return { name, value, source, variable: settingVariables[name][0] ?? null };
  });
  if (json) printJson(rows);
  else printTable(rows);
}

const printTable = (rows: readonly Row[]): void =>
  print(
    table(
      [
        { title: "SETTING", text: ({ name }) => name },
        {
          title: "VALUE",
          text: ({ value }) => (value === null ? dim("–") : oneLine(String(value))),
          shrinksTo: 20,
        },
        { title: "FROM", text: ({ source }) => source, shrinksTo: 12 },
        { title: "VARIABLE", text: ({ variable }) => dim(variable ?? ""), dropped: 1 },
      ],
      rows,
    ),
  );

/** Secrets are only shown as set. */
function shown(settings: Settings, name: keyof Settings): Row["value"] {
  const value = settings[name] ?? null;
  if (value === null) return name === "databaseUrl" ? join(settings.home, "praetor.db") : null;
  if (name === "apiAuthString" || name === "dashboardAuthString")
    return String(value).replace(/:.*/, ":••••••");
  if (secretSettings.has(name)) return "••••••";
  if (name === "databaseUrl") return withoutPassword(String(value));
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(", ");
  return value;
}
