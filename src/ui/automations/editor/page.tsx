import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { type Automation, automations } from "../../../schema/automations.ts";
import { query, useCommand } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { Link, useNavigate, useParams, useSearchParams } from "../../kit/router.tsx";
import { useShortcuts } from "../../kit/shortcuts.ts";
import { DetailPage } from "../../parts/detail-page.tsx";
import { usePageTitle } from "../../parts/page-title.ts";
import { automationPath } from "../../parts/paths.ts";
import { type AutomationDraft, readDraft } from "../model/drafts.ts";
import { givenIn } from "../model/given.ts";
import { givenTrigger } from "../model/presets.ts";
import { newAction } from "./actions-editor.tsx";
import { Editor } from "./editor.tsx";
import { type Editing, useDraft } from "./use-draft.ts";

/** The editor of a new automation, or of a copy. */
export function NewPage() {
  const [search] = useSearchParams();
  const copied = search.get("copy");
  if (copied) return <Read id={copied}>{(automation) => <New key={copied} from={automation} />}</Read>;
  return <New key="new" />;
}

/** The editor of an automation that exists. */
export function EditPage() {
  const { id = "" } = useParams();
  return <Read id={id}>{(automation) => <Edit key={id} automation={automation} />}</Read>;
}

/** What the editor begins with is read once: changes by others must not reach what is being typed. */
function Read({ id, children }: { id: string; children: (automation: Automation) => ReactNode }) {
  const source = useQuery({ ...query(automations.read, { id }), meta: { live: "none" } });
  return (
    <DetailPage what="automation" id={id} source={source}>
      {children}
    </DetailPage>
  );
}

function New({ from }: { from?: Automation }) {
  usePageTitle("New automation");
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const create = useCommand(automations.create);
  const editing = useDraft(() => (from ? copyOf(from) : firstDraft(search)));
  const save = async () => {
    const input = editing.submit();
    if (!input) return;
    try {
      const { id, name } = await create.mutateAsync(input);
      toast.done(`Created ${name}`);
      void navigate(automationPath(id), { replace: true });
    } catch (error) {
      editing.refuse(error);
    }
  };
  return (
    <Editor
      editing={editing}
      head={
        <Head
          title="New automation"
          verb="Create automation"
          {...{ editing, isBusy: create.isPending }}
          onSave={save}
          onCancel={() => void navigate(from ? automationPath(from.id) : "/automations")}
        />
      }
    />
  );
}

function Edit({ automation }: { automation: Automation }) {
  const { id, name } = automation;
  usePageTitle(`Edit ${name}`);
  const navigate = useNavigate();
  const update = useCommand(automations.update);
  const editing = useDraft(() => draftOf(automation));
  const save = async () => {
    const input = editing.submit();
    if (!input) return;
    try {
      await update.mutateAsync({ id, ...input });
      toast.done(`Changed ${input.name}`);
      void navigate(automationPath(id));
    } catch (error) {
      editing.refuse(error);
    }
  };
  return (
    <Editor
      editing={editing}
      head={
        <Head
          title={`Edit ${name}`}
          verb="Save automation"
          {...{ editing, isBusy: update.isPending }}
          onSave={save}
          onCancel={() => void navigate(automationPath(id))}
        />
      }
    />
  );
}

interface HeadProps {
  title: string;
  verb: string;
  editing: Editing;
  isBusy: boolean;
  onSave: () => Promise<void>;
  onCancel: () => void;
}

function Head({ title, verb, isBusy, onSave, onCancel }: HeadProps) {
  const save = () => void (isBusy || onSave());
  useShortcuts([{ keys: "Mod+Enter", label: verb, group: "Automation", run: save, always: true }]);
  return (
    <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-1.5 gap-y-1 border-b bg-surface px-4 py-1.5">
      <Link to="/automations" className="text-muted hover:text-fg">
        Automations
      </Link>
      <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
      <h1 className="min-w-0 truncate font-strong">{title}</h1>
      <span className="ml-auto flex items-center gap-1.5">
        <Button onClick={onCancel}>Cancel</Button>
        <Button variant="primary" disabled={isBusy} onClick={save}>
          {verb}
        </Button>
      </span>
    </header>
  );
}

function firstDraft(search: URLSearchParams): AutomationDraft {
  const trigger = givenTrigger(givenIn(search));
  return { ...empty, trigger, actions: [newAction("send-notification", trigger)] };
}

const empty = {
  ...{ name: "", description: "", enabled: true, tags: [] },
  ...{ actions_on_trigger: [], actions_on_resolve: [] },
};

const copyOf = (automation: Automation): AutomationDraft => ({
  ...draftOf(automation),
  name: `Copy of ${automation.name}`,
});

function draftOf(automation: Automation): AutomationDraft {
  const read = readDraft(automation);
  if ("draft" in read) return read.draft;
  throw new Error(`The automation cannot be edited here: ${read.problem}`);
}
