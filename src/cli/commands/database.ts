import { type Command, InvalidArgumentError } from "commander";

export interface DatabaseOptions {
  home?: string;
  json?: boolean;
}
export interface UpgradeOptions extends DatabaseOptions {
  to?: number;
  yes?: boolean;
}

const homeFlag = "--home <folder>";
const homeHelp = "folder of the database (~/.praetor)";

export function addDatabaseCommands(program: Command): void {
  const database = program
    .command("database")
    .description("Look after the database: that of PRAETOR_DATABASE_URL, else the file in the home.");
  database
    .command("upgrade")
    .description("Bring the tables up to this version, or to a migration by its number.")
    .option("--to <number>", "the last migration that is to stand; later ones are undone", migration)
    .option("--yes", "also where data are lost")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (options: UpgradeOptions) => {
      const { upgradeDatabase } = await import("../database.ts");
      await upgradeDatabase(options);
    });
  database
    .command("check")
    .description("Say its version and its sizes, and whether it is sound; exit code 1 when it is not.")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (options: DatabaseOptions) => {
      const { checkDatabase } = await import("../database.ts");
      await checkDatabase(options);
    });
  database
    .command("repair")
    .description("Count anew how many runs there are by time and state, where the check found it wrong.")
    .option(homeFlag, homeHelp)
    .option("--json", "print JSON")
    .action(async (options: DatabaseOptions) => {
      const { repairDatabase } = await import("../database.ts");
      await repairDatabase(options);
    });
  database
    .command("backup")
    .description("Copy it into a file as it is at one moment, also while a server runs.")
    .argument("[file]", "where to; never in place of another file")
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
  throw new InvalidArgumentError("Expected the number of a migration.");
}
