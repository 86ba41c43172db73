import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../../kit/controls/button.tsx";
import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { type Labels, valuesOf } from "../model/drafts.ts";

interface Props {
  label: string;
  labels: Labels;
  onChange: (labels: Labels) => void;
}

/** Labels that a resource must have, each with one value of several; `*` is any text, `!` before a value excludes. */
export function LabelsEditor({ label, labels, onChange }: Props) {
  const keys = Object.keys(labels);
  const entries = keys.map((key): [string, string | string[]] => [key, labels[key] ?? ""]);
  const replace = (place: number, entry: [string, string | string[]]) =>
    onChange(Object.fromEntries(entries.map((old, at) => (at === place ? entry : old))));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-strong">{label}</legend>
      {keys.map((key, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: its key may be edited
        <div key={place} className="flex items-start gap-2">
          <div className="w-2/5 min-w-0">
            <TextField
              label="Label"
              value={key}
              onChange={(next) => replace(place, [next, labels[key] ?? ""])}
              placeholder="prefect.resource.id"
            />
          </div>
          <div className="min-w-0 flex-1">
            <TagEditor
              label="Any of these values"
              tags={valuesOf(labels, key).filter((value) => value !== "")}
              placeholder="prefect.flow-run.*"
              onChange={(values) => replace(place, [key, values.length === 1 ? (values[0] ?? "") : values])}
            />
          </div>
          <IconButton
            label={`Remove label ${key}`}
            className="mt-6"
            onClick={() => onChange(Object.fromEntries(entries.filter((_, at) => at !== place)))}
          >
            <X size={13} />
          </IconButton>
        </div>
      ))}
      <Button className="self-start" disabled={"" in labels} onClick={() => onChange({ ...labels, "": [] })}>
        <Plus size={13} />
        Add label
      </Button>
    </fieldset>
  );
}
