import { type Command, InvalidArgumentError } from "commander";
import type { DatabaseOptions, UpgradeOptions } from "../database-options.ts";

const homeFlag = "--home <folder>";
const homeHelp = "data directory (default: ~/.praetor)";

export function addDatabaseCommands(program: Command): void {
  const database = program
    .command("database")
    .description("manage the database (PRAETOR_DATABASE_URL, or the SQLite file in PRAETOR_HOME)");
  database
    .command("upgrade")
    .description("migrate the schema to the latest version, or to a given migration")
    .option("--to <number>", "target migration; later ones are rolled back", migration)
    .option("--yes", "confirm a rollback that deletes data")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (options: UpgradeOptions) => {
      const { upgradeDatabase } = await import("../database.ts");
      await upgradeDatabase(options);
    });
  database
    .command("check")
    .description("print version, sizes and integrity; exits with code 1 if damaged")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (options: DatabaseOptions) => {
      const { checkDatabase } = await import("../database.ts");
      await checkDatabase(options);
    });
  database
    .command("repair")
    .description("rebuild the run counts that the check found wrong")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (options: DatabaseOptions) => {
      const { repairDatabase } = await import("../database.ts");
      await repairDatabase(options);
    });
  database
    .command("backup")
    .description("write a consistent backup to a file; the server may keep running")
    .argument("[file]", "target file; must not exist")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (file: string | undefined, options: DatabaseOptions) => {
      const { backupDatabase } = await import("../database.ts");
      await backupDatabase(file, options);
    });
}

function migration(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text)) return number;
  throw new InvalidArgumentError("expected a migration number");
}
