import { useState } from "react";
import { inputClass } from "../kit/controls/field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { tagsIn } from "../kit/controls/tag-field.tsx";
import { rangeNames, ranges, type View } from "./view.ts";

interface Props {
  view: View;
  onChange: (change: Partial<View>) => void;
}

const rangeOptions = rangeNames.map((value) => ({ value, label: ranges[value].label }));
const subflowOptions = [
  { value: "hidden", label: "Subflows hidden" },
  { value: "shown", label: "Subflows shown" },
] as const;

/** What the page looks back on, and at which runs. */
export function Controls({ view, onChange }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        label="Time range"
        value={view.range}
        onChange={(range) => onChange({ range })}
        options={rangeOptions}
      />
      <TagFilter key={view.tags.join()} tags={view.tags} onChange={(tags) => onChange({ tags })} />
      <Select
        label="Subflows"
        value={view.subflows ? "shown" : "hidden"}
        onChange={(value) => onChange({ subflows: value === "shown" })}
        options={subflowOptions}
      />
    </div>
  );
}

/** Takes effect with Enter, and when the field is left. */
function TagFilter({ tags, onChange }: { tags: readonly string[]; onChange: (tags: string[]) => void }) {
  const [text, setText] = useState(tags.join(", "));
  const commit = () => {
    const next = tagsIn(text);
    if (next.join() !== tags.join()) onChange(next);
  };
  return (
    <span className="w-32">
      <input
        aria-label="Tags"
        placeholder="All tags"
        title="Only runs that have all of these tags, such as prod, eu"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
        className={`${inputClass} h-7`}
      />
    </span>
  );
}
