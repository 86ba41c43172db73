import type { Command } from "commander";
import type { CreatePoolOptions, JsonOption, QueueOptions } from "../work-pools/options.ts";
import { natural, positive } from "./options.ts";

export function addWorkPoolCommands(program: Command): void {
  const noun = program.command("work-pool").description("list, inspect and control work pools");
  noun
    .command("ls")
    .description("list work pools")
    .option("--json", "print JSON")
    .action(async (options: JsonOption) => (await import("../work-pools/list.ts")).list(options));
  noun
    .command("create")
    .description("create a work pool of type process")
    .argument("<name>", "work pool name")
    .option("--description <text>", "description")
    .option("--limit <number>", "maximum concurrent runs", natural)
    .option("--paused", "create paused")
    .option("--json", "print JSON")
    .action(async (name: string, options: CreatePoolOptions) =>
      (await import("../work-pools/change.ts")).create(name, options),
    );
  noun
    .command("inspect")
    .description("show a work pool with its queues and workers")
    .argument("<name>", "work pool name")
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../work-pools/inspect.ts")).inspect(name, options),
    );
  noun
    .command("set-limit")
    .description("set the concurrency limit of a work pool; omit the number to remove it")
    .argument("<name>", "work pool name")
    .argument("[number]", "maximum concurrent runs", natural)
    .option("--json", "print JSON")
    .action(async (name: string, limit: number | undefined, options: JsonOption) =>
      (await import("../work-pools/change.ts")).update(name, { concurrency_limit: limit ?? null }, options),
    );
  for (const [verb, description] of changes) {
    noun
      .command(verb)
      .description(description)
      .argument("<name>", "work pool name")
      .option("--json", "print JSON")
      .action(async (name: string, options: JsonOption) => {
        const { update, remove } = await import("../work-pools/change.ts");
        if (verb === "delete") await remove(name, options);
        else await update(name, { is_paused: verb === "pause" }, options);
      });
  }
  addQueueCommands(program);
}

const changes = [
  ["pause", "pause a work pool"],
  ["resume", "resume a work pool"],
  ["delete", "delete a work pool and its queues"],
] as const;

function addQueueCommands(program: Command): void {
  const noun = program.command("work-queue").description("manage the queues of a work pool");
  const queue = (verb: string, description: string) =>
    noun
      .command(verb)
      .description(description)
      .argument("<name>", "work queue name")
      .requiredOption("--pool <name>", "work pool of the queue")
      .option("--json", "print JSON");
  queue("create", "create a work queue")
    .option("--limit <number>", "maximum concurrent runs", natural)
    .option("--priority <number>", "priority, 1 is highest", positive)
    .action(async (name: string, options: QueueOptions) =>
      (await import("../work-pools/queues.ts")).create(name, options),
    );
  queue("set", "set the limit or priority of a work queue")
    .option("--limit <number>", "maximum concurrent runs", natural)
    .option("--priority <number>", "priority, 1 is highest", positive)
    .action(async (name: string, options: QueueOptions) =>
      (await import("../work-pools/queues.ts")).update(name, options, {}),
    );
  queue("pause", "pause a work queue").action(async (name: string, options: QueueOptions) =>
    (await import("../work-pools/queues.ts")).update(name, options, { is_paused: true }),
  );
  queue("resume", "resume a work queue").action(async (name: string, options: QueueOptions) =>
    (await import("../work-pools/queues.ts")).update(name, options, { is_paused: false }),
  );
  queue("delete", "delete a work queue").action(async (name: string, options: QueueOptions) =>
    (await import("../work-pools/queues.ts")).remove(name, options),
  );
}
