import { Button } from "../../kit/controls/button.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { textIn } from "../editor/props.ts";
import { TemplateField } from "../editor/template-field.tsx";
import { type Editing, useProblem } from "../editor/use-draft.ts";
import { variablesFor } from "../model/template-variables.ts";

interface Props {
  editing: Editing;
  isBusy: boolean;
  onSave: () => void;
}

/** What the notification says, and what it is called. */
export function TextStep({ editing, isBusy, onSave }: Props) {
  const { draft, change, problems } = editing;
  const [action = { type: "send-notification" as const }] = draft.actions;
  const variables = variablesFor(draft.trigger);
  const set = (patch: Record<string, string>) => change({ actions: [{ ...action, ...patch }] });
  const others = problems.filter(({ path }) => !/^(name|actions\.0\.(subject|body))$/.test(path));
  return (
    <>
      <TemplateField
        label="Subject"
        value={textIn(action, "subject")}
        onChange={(subject) => set({ subject })}
        variables={variables}
        error={useProblem("actions.0.subject")}
      />
      <TemplateField
        label="Text"
        rows={4}
        value={textIn(action, "body")}
        onChange={(body) => set({ body })}
        variables={variables}
        error={useProblem("actions.0.body")}
      />
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => change({ name })}
        error={useProblem("name")}
      />
      {others.map(({ path, message }) => (
        <p key={path} role="alert" className="break-words text-danger">
          {path ? `${path}: ${message}` : message}
        </p>
      ))}
      <Button variant="primary" className="self-start" disabled={isBusy} onClick={onSave}>
        Create notification
      </Button>
    </>
  );
}
