import type { Command } from "commander";
import { natural, positive } from "./options.ts";

export interface JsonOption {
  json?: boolean;
}
export interface CreatePoolOptions extends JsonOption {
  description?: string;
  limit?: number;
  paused?: boolean;
}
export interface QueueOptions extends JsonOption {
  pool: string;
  limit?: number;
  priority?: number;
}

export function addWorkPoolCommands(program: Command): void {
  const noun = program.command("work-pool").description("List, inspect and control work pools.");
  noun
    .command("ls")
    .description("List work pools.")
    .option("--json", "print JSON")
    .action(async (options: JsonOption) => (await import("../work-pools/list.ts")).list(options));
  noun
    .command("create")
    .description("Create a work pool for processes.")
    .argument("<name>", "name of the pool")
    .option("--description <text>", "what it is for")
    .option("--limit <number>", "runs at the same time", natural)
    .option("--paused", "hand out no runs yet")
    .option("--json", "print JSON")
    .action(async (name: string, options: CreatePoolOptions) =>
      (await import("../work-pools/change.ts")).create(name, options),
    );
  noun
    .command("inspect")
    .description("Show one work pool: its queues and workers.")
    .argument("<name>", "name of the pool")
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../work-pools/inspect.ts")).inspect(name, options),
    );
  noun
    .command("set-limit")
    .description("Set how many runs of the pool may be under way; without a number, as many as there are.")
    .argument("<name>", "name of the pool")
    .argument("[number]", "runs at the same time", natural)
    .option("--json", "print JSON")
    .action(async (name: string, limit: number | undefined, options: JsonOption) =>
      (await import("../work-pools/change.ts")).update(name, { concurrency_limit: limit ?? null }, options),
    );
  for (const [verb, description] of changes) {
    noun
      .command(verb)
      .description(description)
      .argument("<name>", "name of the pool")
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
  ["pause", "Hand out no more runs of the pool."],
  ["resume", "Hand out runs of the pool again."],
  ["delete", "Delete the pool with its queues."],
] as const;

function addQueueCommands(program: Command): void {
  const noun = program.command("work-queue").description("Change the queues of a work pool.");
  const queue = (verb: string, description: string) =>
    noun
      .command(verb)
      .description(description)
      .argument("<name>", "name of the queue")
      .requiredOption("--pool <name>", "the work pool that it is of")
      .option("--json", "print JSON");
  queue("create", "Add a queue to a pool.")
    .option("--limit <number>", "runs at the same time", natural)
    .option("--priority <number>", "1 is served first", positive)
    .action(async (name: string, options: QueueOptions) =>
      (await import("../work-pools/queues.ts")).create(name, options),
    );
  queue("set", "Change limit or priority of a queue.")
    .option("--limit <number>", "runs at the same time", natural)
    .option("--priority <number>", "1 is served first", positive)
    .action(async (name: string, options: QueueOptions) =>
      (await import("../work-pools/queues.ts")).update(name, options, {}),
    );
  queue("pause", "Hand out no more runs of a queue.").action(async (name: string, options: QueueOptions) =>
    (await import("../work-pools/queues.ts")).update(name, options, { is_paused: true }),
  );
  queue("resume", "Hand out runs of a queue again.").action(async (name: string, options: QueueOptions) =>
    (await import("../work-pools/queues.ts")).update(name, options, { is_paused: false }),
  );
  queue("delete", "Delete a queue.").action(async (name: string, options: QueueOptions) =>
    (await import("../work-pools/queues.ts")).remove(name, options),
  );
}
