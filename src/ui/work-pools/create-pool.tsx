import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { processType } from "../../schema/process-pools.ts";
import { workPools } from "../../schema/work-pools.ts";
import { useApi, useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { CountField, countOf, countProblem } from "../kit/controls/count-field.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { Panel } from "../kit/panel.tsx";
import { Link, useNavigate } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { poolCommands } from "../parts/actions/capacity-commands.ts";
import { CliCommand } from "../parts/actions/copy.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { newKey, newWorkPoolPath, poolPath, workPoolsPath } from "../parts/paths.ts";
import { mostRuns, nameProblem } from "./pool-forms.tsx";
import { otherType, type PoolType, usePoolTypes } from "./pool-types.ts";
import { TemplateForm, useTemplate } from "./template-form.tsx";

/** A new pool: first its type, then its name, limit and job template. `wanted`: the key of the type. */
export function CreatePool({ wanted }: { wanted: string }) {
  usePageTitle("New work pool");
  const types = usePoolTypes();
  const chosen = types.data?.find(({ key }) => key === wanted);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-1.5 border-b px-3 text-muted">
        <Link to={workPoolsPath} className="hover:text-fg">
          Work pools
        </Link>
        <ChevronRight size={12} aria-hidden="true" className="text-faint" />
        {chosen && (
          <>
            <Link to={newWorkPoolPath} className="hover:text-fg">
              Type
            </Link>
            <ChevronRight size={12} aria-hidden="true" className="text-faint" />
          </>
        )}
        <h1 className="text-md font-strong text-fg">
          {chosen ? `New work pool: ${chosen.name}` : "New work pool"}
        </h1>
      </div>
      <Panel
        what="Types of work pools"
        className="flex-1"
        source={types}
        skeleton={<SkeletonRows rows={8} label="Loading types of work pools" />}
      >
        {(all) => (chosen ? <PoolForm key={chosen.key} type={chosen} /> : <Types all={all} />)}
      </Panel>
    </div>
  );
}

function Types({ all }: { all: readonly PoolType[] }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-4">
      <p className="mb-3 text-muted">The type says where workers start runs.</p>
      <ul className="grid max-w-[1100px] grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-2">
        {all.map(({ key, name, description, worker }) => (
          <li key={key} className="relative rounded-md border bg-surface px-3 py-2.5 hover:bg-hover">
            <Link
              to={`${workPoolsPath}?${new URLSearchParams({ [newKey]: key })}`}
              className="font-strong outline-offset-2 after:absolute after:inset-0"
            >
              {name}
            </Link>
            <span className="ml-2 text-xs text-faint">{worker}</span>
            <p className="mt-0.5 line-clamp-3 text-muted">{description}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Draft {
  name: string;
  type: string;
  description: string;
  limit: string;
}

function PoolForm({ type }: { type: PoolType }) {
  const navigate = useNavigate();
  const create = useCommand(workPools.create);
  const [draft, setDraft] = useState<Draft>({ name: "", type: type.type, description: "", limit: "" });
  const [tried, setTried] = useState(false);
  const editing = useTemplate(type.template);
  const set = (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch }));
  const problems = {
    name: nameProblem(draft.name),
    type: draft.type.trim() === "" ? "a type is required" : undefined,
    limit: countProblem(draft.limit, { isOptional: true }),
  };
  const isWrong = Object.values(problems).some(Boolean) || editing.fault !== undefined;
  const input = {
    ...{ name: draft.name, type: draft.type, base_job_template: editing.whole.value },
    ...(draft.description && { description: draft.description }),
    ...(draft.limit && { concurrency_limit: countOf(draft.limit) }),
  };
  const submit = () => {
    setTried(true);
    const base_job_template = editing.submit();
    if (isWrong || !base_job_template) return;
    create.mutate(
      { ...input, base_job_template },
      {
        onSuccess: () => {
          toast.done(`Created work pool ${draft.name}`);
          void navigate(poolPath(draft.name));
        },
      },
    );
  };
  const shown = tried ? problems : undefined;
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid min-h-0 flex-1 content-start gap-x-8 gap-y-6 overflow-y-auto p-4 lg:grid-cols-[minmax(0,360px)_minmax(0,720px)]">
        <Basics draft={draft} problems={shown} onChange={set} asksType={type.key === otherType.key} />
        <Part title="Base job template">
          <TemplateForm editing={editing} />
        </Part>
      </div>
      <Foot
        error={create.error}
        command={isWrong ? undefined : { input, isPlain: isPlain(type, editing.whole.isChanged) }}
        isBusy={create.isPending}
      />
    </form>
  );
}

/** What the command of ours makes by itself. */
const isPlain = ({ key }: PoolType, isChanged: boolean): boolean => key === processType && !isChanged;

interface BasicsProps {
  draft: Draft;
  problems: Partial<Record<keyof Draft, string | undefined>> | undefined;
  onChange: (patch: Partial<Draft>) => void;
  asksType: boolean;
}

function Basics({ draft, problems, onChange, asksType }: BasicsProps) {
  return (
    <Part title="Work pool">
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => onChange({ name })}
        placeholder="my-pool"
        error={problems?.name}
      />
      {asksType && (
        <TextField
          label="Type"
          value={draft.type}
          onChange={(type) => onChange({ type })}
          placeholder="slurm"
          error={problems?.type}
        />
      )}
      <TextField
        label="Description"
        value={draft.description}
        onChange={(description) => onChange({ description })}
        placeholder="none"
      />
      <CountField
        label="Limit"
        description={mostRuns}
        placeholder="none"
        value={draft.limit}
        onChange={(limit) => onChange({ limit })}
        error={problems?.limit}
      />
    </Part>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="flex min-w-0 flex-col gap-3">
    <h2 className="font-strong">{title}</h2>
    {children}
  </section>
);

interface FootProps {
  error: Error | null;
  command:
    | {
        input: { name: string; type: string; description?: string; concurrency_limit?: number | null };
        isPlain: boolean;
      }
    | undefined;
  isBusy: boolean;
}

function Foot({ error, command, isBusy }: FootProps) {
  const { client } = useApi();
  const text =
    command &&
    (command.isPlain
      ? poolCommands.create(command.input.name, {
          limit: command.input.concurrency_limit ?? null,
          description: command.input.description ?? "",
        })
      : curlOf(client.baseUrl, workPools.create, command.input));
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-t bg-surface px-4 py-2">
      <div className="min-w-0 flex-1">
        {error ? (
          <p role="alert" className="break-words text-danger">
            {error.message}
          </p>
        ) : (
          text && <CliCommand command={text} />
        )}
      </div>
      <Link to={workPoolsPath} className="px-2 text-muted hover:text-fg">
        Cancel
      </Link>
      <Button size="md" type="submit" variant="primary" disabled={isBusy}>
        Create work pool
      </Button>
    </div>
  );
}
