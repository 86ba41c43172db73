import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { automations } from "../../../schema/automations.ts";
import { useCommand } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { Link, useNavigate, useSearchParams } from "../../kit/router.tsx";
import { usePageTitle } from "../../parts/page-title.ts";
import { automationPath } from "../../parts/paths.ts";
import { useEventNames } from "../editor/event-names.ts";
import { PreviewPane } from "../editor/preview-pane.tsx";
import { TriggerEditor } from "../editor/trigger-editor.tsx";
import { type Editing, ProblemsContext, useDraft } from "../editor/use-draft.ts";
import type { AutomationDraft } from "../model/drafts.ts";
import { givenIn } from "../model/given.ts";
import { givenTrigger } from "../model/presets.ts";
import { messageFor } from "../model/template-variables.ts";
import { triggerWords } from "../model/trigger-words.ts";
import { resourcesOf, useNames } from "../use-names.ts";
import { ReceiverStep } from "./receiver-step.tsx";
import { TextStep } from "./text-step.tsx";

type Step = 1 | 2 | 3;

/** A notification from scratch: what happens, where to, and what it says. */
export function Page() {
  usePageTitle("New notification");
  const [search] = useSearchParams();
  const editing = useDraft(() => firstDraft(search));
  const [step, setStep] = useState<Step>(1);
  const [receiver, setReceiver] = useState<string>();
  const { draft, change } = editing;
  const nameOf = useNames(resourcesOf(draft));
  const words = triggerWords(draft.trigger, nameOf);
  const save = useCreation(editing);
  const choose = ({ id, name }: { id: string; name: string }) => {
    setReceiver(name);
    const action = {
      type: "send-notification" as const,
      ...messageFor(draft.trigger),
      block_document_id: id,
    };
    const known = draft.actions[0]?.block_document_id ? draft.actions[0] : action;
    change({
      actions: [{ ...known, block_document_id: id }],
      name: draft.name || `${words}: notify ${name}`.slice(0, 120),
    });
    setStep(3);
  };
  return (
    <ProblemsContext value={editing.problems}>
      <div className="flex min-h-full flex-col lg:h-full lg:min-h-0">
        <Head />
        <div className="grid flex-1 grid-cols-1 lg:min-h-0 lg:grid-cols-[minmax(0,58fr)_minmax(0,42fr)] lg:divide-x max-lg:divide-y">
          <ol className="min-w-0 lg:min-h-0 lg:overflow-y-auto">
            <StepView number={1} title="What happens" summary={words} {...{ step }} onOpen={setStep}>
              <FirstStep editing={editing} onNext={() => setStep(receiver === undefined ? 2 : 3)} />
            </StepView>
            <StepView number={2} title="Where to" summary={receiver} {...{ step }} onOpen={setStep}>
              <ReceiverStep onChosen={choose} />
            </StepView>
            <StepView number={3} title="Text and name" summary={undefined} {...{ step }} onOpen={setStep}>
              <TextStep editing={editing} isBusy={save.isBusy} onSave={save.run} />
            </StepView>
          </ol>
          <PreviewPane draft={draft} />
        </div>
      </div>
    </ProblemsContext>
  );
}

function Head() {
  return (
    <header className="flex min-h-11 shrink-0 items-center gap-1.5 border-b bg-surface px-4 py-1.5">
      <Link to="/automations" className="text-muted hover:text-fg">
        Automations
      </Link>
      <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
      <h1 className="font-strong">New notification</h1>
    </header>
  );
}

interface StepProps {
  number: Step;
  title: string;
  /** What was chosen, once it was. */
  summary: string | undefined;
  step: Step;
  onOpen: (step: Step) => void;
  children: ReactNode;
}

/** One of the steps: open, done with what was chosen, or still to come. */
function StepView({ number, title, summary, step, onOpen, children }: StepProps) {
  const isOpen = number === step;
  const isDone = !isOpen && summary !== undefined && number < 3;
  return (
    <li className="border-b px-4 py-3" aria-current={isOpen ? "step" : undefined}>
      <div className="flex min-h-7 items-center gap-2.5">
        <span
          className={`flex size-5 shrink-0 items-center justify-center rounded-full border text-xs ${isOpen ? "border-fg bg-fg text-on-ink" : "text-muted"}`}
        >
          {number}
        </span>
        <h2 className={isOpen ? "font-strong" : "text-muted"}>{title}</h2>
        {isDone && number < step && (
          <>
            <span className="min-w-0 flex-1 truncate">{summary}</span>
            <Button variant="ghost" onClick={() => onOpen(number)}>
              Change
            </Button>
          </>
        )}
      </div>
      {isOpen && <div className="flex flex-col gap-3 pt-2 pl-[30px] max-md:pl-0">{children}</div>}
    </li>
  );
}

function FirstStep({ editing, onNext }: { editing: Editing; onNext: () => void }) {
  const { draft, change } = editing;
  const nameOf = useNames(resourcesOf(draft));
  const eventNames = useEventNames();
  return (
    <>
      <TriggerEditor
        {...{ nameOf, eventNames }}
        trigger={draft.trigger}
        path="trigger"
        onChange={(trigger) => change({ trigger })}
      />
      <Button variant="primary" className="self-start" onClick={onNext}>
        Continue
      </Button>
    </>
  );
}

/** Saves the notification as the automation that it is, and goes to its page. */
function useCreation(editing: Editing) {
  const navigate = useNavigate();
  const create = useCommand(automations.create);
  const run = async () => {
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
  return { isBusy: create.isPending, run: () => void run() };
}

const firstDraft = (search: URLSearchParams): AutomationDraft => ({
  ...{ name: "", description: "", enabled: true, tags: [] },
  trigger: givenTrigger(givenIn(search)),
  ...{ actions: [], actions_on_trigger: [], actions_on_resolve: [] },
});
