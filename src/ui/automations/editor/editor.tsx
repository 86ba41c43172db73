import { type ReactNode, useEffect, useId, useRef } from "react";
import { Field, inputClass, inputProps } from "../../kit/controls/field.tsx";
import { TabPanel, Tabs } from "../../kit/controls/tabs.tsx";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { Section } from "../../kit/section.tsx";
import { oneOf, useAddress } from "../../parts/address.ts";
import type { NameOf } from "../model/trigger-words.ts";
import { resourcesOf, useNames } from "../use-names.ts";
import { ActionsEditor } from "./actions-editor.tsx";
import { useEventNames } from "./event-names.ts";
import { JsonPane } from "./json-pane.tsx";
import { PreviewPane } from "./preview-pane.tsx";
import { TriggerEditor } from "./trigger-editor.tsx";
import { type Editing, ProblemsContext, useProblem } from "./use-draft.ts";

interface Props {
  editing: Editing;
  /** Title and buttons. */
  head: ReactNode;
}

/** An automation as a form, with its JSON beside it. */
export function Editor({ editing, head }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const nameOf = useNames(resourcesOf(editing.draft));
  useFirstProblem(editing, frame);
  return (
    <ProblemsContext value={editing.problems}>
      <div ref={frame} className="flex min-h-full flex-col lg:h-full lg:min-h-0">
        {head}
        <Problems editing={editing} />
        <div className="grid flex-1 grid-cols-1 lg:min-h-0 lg:grid-cols-[minmax(0,58fr)_minmax(0,42fr)] lg:divide-x max-lg:divide-y">
          <div className="min-w-0 lg:min-h-0 lg:overflow-y-auto">
            <Form editing={editing} nameOf={nameOf} />
          </div>
          <Aside editing={editing} />
        </div>
      </div>
    </ProblemsContext>
  );
}

/** After a try to save, the first field that is wrong gets the keyboard. */
function useFirstProblem({ tries, problems }: Editing, frame: React.RefObject<HTMLElement | null>): void {
  const isWrong = problems.length > 0;
  useEffect(() => {
    if (tries > 0 && isWrong) frame.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [tries, isWrong, frame]);
}

function Problems({ editing: { problems, mistake, tries } }: { editing: Editing }) {
  const all = [
    ...(mistake !== undefined && tries > 0 ? [`JSON: ${mistake}`] : []),
    ...problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)),
  ];
  if (all.length === 0) return null;
  return (
    <ul role="alert" aria-label="Problems" className="border-b bg-sunken px-4 py-2 text-danger">
      {all.slice(0, 5).map((text) => (
        <li key={text} className="break-words">
          {text}
        </li>
      ))}
      {all.length > 5 && <li>and {all.length - 5} more</li>}
    </ul>
  );
}

function Form({ editing, nameOf }: { editing: Editing; nameOf: NameOf }) {
  const { draft, change } = editing;
  const id = useId();
  const eventNames = useEventNames();
  return (
    <>
      <Section title="Automation">
        <div className="flex flex-col gap-3">
          <TextField
            label="Name"
            value={draft.name}
            onChange={(name) => change({ name })}
            placeholder="Notify when etl fails"
            error={useProblem("name")}
          />
          <Field label="Description" id={id}>
            <textarea
              {...inputProps(id, {})}
              rows={2}
              value={draft.description}
              placeholder="Markdown"
              onChange={(event) => change({ description: event.target.value })}
              className={`${inputClass} block py-1.5`}
            />
          </Field>
          <TagEditor label="Tags" tags={draft.tags} onChange={(tags) => change({ tags })} />
        </div>
      </Section>
      <Section title="Trigger">
        <TriggerEditor
          {...{ nameOf, eventNames }}
          trigger={draft.trigger}
          path="trigger"
          onChange={(trigger) => change({ trigger })}
        />
      </Section>
      <Section title="Actions">
        <ActionsEditor
          {...{ nameOf }}
          actions={draft.actions}
          path="actions"
          trigger={draft.trigger}
          onChange={(actions) => change({ actions })}
        />
      </Section>
      {draft.actions_on_trigger.length > 0 && (
        <Section title="Actions with the firing as input">
          <ActionsEditor
            {...{ nameOf }}
            actions={draft.actions_on_trigger}
            path="actions_on_trigger"
            trigger={draft.trigger}
            onChange={(actions_on_trigger) => change({ actions_on_trigger })}
          />
        </Section>
      )}
    </>
  );
}

const tabs = ["preview", "json"] as const;
const defaults = { side: "preview" };

function Aside({ editing }: { editing: Editing }) {
  const [search, setAddress] = useAddress(defaults);
  const tab = oneOf(tabs, search.get("side"));
  return (
    <div className="flex min-h-0 min-w-0 flex-col">
      <Tabs
        label="Beside the form"
        value={tab}
        onChange={(side) => setAddress({ side })}
        tabs={[
          { value: "preview", label: "Preview" },
          { value: "json", label: "JSON" },
        ]}
      >
        <TabPanel value="preview">
          <PreviewPane draft={editing.draft} />
        </TabPanel>
        <TabPanel value="json">
          <JsonPane editing={editing} />
        </TabPanel>
      </Tabs>
    </div>
  );
}
