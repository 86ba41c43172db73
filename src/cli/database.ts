import { isPostgresUrl, withoutPassword } from "../schema/database-url.ts";
import type { Settings } from "../schema/settings.ts";
import { backup, check, type DatabaseCheck, repair, upgrade } from "../server/database.ts";
import { databasePath } from "../store/admin/lock.ts";
import { settingsOf } from "./connect.ts";
import type { DatabaseOptions, UpgradeOptions } from "./database-options.ts";
import { bold, dim, oneLine, print, printJson, styled } from "./terminal.ts";
import { UserError } from "./user-error.ts";

export async function upgradeDatabase(options: UpgradeOptions): Promise<void> {
  const settings = settingsFor(options);
  const request = { to: options.to, isAccepted: options.yes === true };
  const { undone, added } = await refusing(upgrade(settings, request));
  if (options.json) return printJson({ database: nameOf(settings), undone, added });
  for (const { number, name } of undone) print(`undone  ${number} ${name}`);
  for (const { number, name } of added) print(`done    ${number} ${name}`);
  if (undone.length + added.length === 0) print(`${nameOf(settings)} is already up to date.`);
}

export async function checkDatabase(options: DatabaseOptions): Promise<void> {
  const settings = settingsFor(options);
  const found = await refusing(check(settings));
  if (options.json) printJson({ database: nameOf(settings), ...found });
  else printCheck(nameOf(settings), found);
  if (found.checks.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

export async function repairDatabase(options: DatabaseOptions): Promise<void> {
  const settings = settingsFor(options);
  const wrong = await refusing(repair(settings));
  if (options.json) printJson({ database: nameOf(settings), repaired: wrong });
  else if (wrong === 0) print(`The run counts of ${nameOf(settings)} are correct.`);
  else print(`${wrong} wrong run ${wrong === 1 ? "count" : "counts"}; all counts rebuilt.`);
}

export async function backupDatabase(target: string | undefined, options: DatabaseOptions): Promise<void> {
  const settings = settingsFor(options);
  const file = target ?? fileName(settings);
  const bytes = await refusing(backup(settings, file));
  if (options.json) printJson({ database: nameOf(settings), file, bytes });
  else print(`${file} ${dim(`(${sizeText(bytes)})`)}`);
}

function printCheck(database: string, found: DatabaseCheck): void {
  print(bold(database));
  print(`  ${found.product} ${found.version}, ${sizeText(found.bytes)}`);
  const { migration, pending } = found;
  print(migration ? `  migration ${migration.number} (${migration.name})` : "  (no tables yet)");
  if (pending.length > 0) {
    const names = pending.map(({ number, name }) => `${number} (${name})`).join(", ");
    print(`  pending: ${names}; applied by \`praetor database upgrade\` or the next server start`);
  }
  for (const { name, bytes } of found.tables) print(dim(`  ${sizeText(bytes).padStart(10)}  ${name}`));
  for (const { name, problems } of found.checks) {
    if (problems.length === 0) print(`  ${styled("green", "✓")} ${name}`);
    for (const problem of problems) print(`  ${styled("red", "✗")} ${name}: ${oneLine(problem)}`);
  }
}

const settingsFor = ({ home }: DatabaseOptions): Settings =>
  settingsOf({ ...process.env, ...(home === undefined ? {} : { PRAETOR_HOME: home }) });

const nameOf = (settings: Settings): string => withoutPassword(databasePath(settings));

/** Errors of the database or its lock are user errors. */
const refusing = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: Error) => {
    throw new UserError(error.message, { cause: error });
  });

/** `praetor-2026-11-22T071524.db` */
function fileName(settings: Settings): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "");
  return `praetor-${time}.${isPostgresUrl(databasePath(settings)) ? "dump" : "db"}`;
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${kilobytes.toFixed(0)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
