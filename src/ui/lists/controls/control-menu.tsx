import { useEffect, useRef } from "react";
import { type Control, isOptionField, isWholeName, kindOf } from "../query-fields.ts";
import { knownChoices } from "./choices.ts";
import { readOption, readTime, readValues, writeOption, writeTime, writeValues } from "./controls.ts";
import type { ControlsProps } from "./controls-props.ts";
import { TimeMenu } from "./time-menu.tsx";
import { ValuesMenu } from "./values-menu.tsx";

const useNothing = knownChoices([]);

type Props<K extends string> = ControlsProps<K> & { control: Control<K> };

/** What a control of a list opens, with the keyboard in it: it may come later than the popup that it is in. */
export function ControlMenu<K extends string>(props: Props<K>) {
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const inputs = content.current?.querySelectorAll("input");
    const first = [...(inputs ?? [])].find((input) => input.type !== "radio" || input.checked);
    first?.focus();
  }, []);
  return (
    <div ref={content} className="flex min-h-0 flex-1 flex-col">
      <Content {...props} />
    </div>
  );
}

function Content<K extends string>(props: Props<K>) {
  const { control, q, onQuery, fields, language, choices } = props;
  if (control.kind === "time")
    return (
      <TimeMenu
        chosen={readTime(q, language, control)}
        onChange={(chosen) => onQuery(writeTime(q, language, control, chosen))}
      />
    );
  const field = fields.fields[control.key];
  if (control.kind === "option") {
    const options = isOptionField(field) ? Object.entries(field.options) : [];
    return (
      <OptionMenu
        label={control.label}
        options={options.map(([value, { label }]) => ({ value, label }))}
        value={readOption(q, fields, control.key)}
        onChange={(option) => onQuery(writeOption(q, fields, control.key, option))}
      />
    );
  }
  return (
    <ValuesMenu
      label={control.label}
      chosen={readValues(q, language, control.key)}
      onChange={(chosen) => onQuery(writeValues(q, language, control.key, chosen))}
      useChoices={choices[control.key] ?? useNothing}
      isSingle={control.isSingle ?? false}
      canMatchAll={kindOf(field) === "tags"}
      isName={isWholeName(field)}
    />
  );
}

interface OptionMenuProps {
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

function OptionMenu({ label, options, value, onChange }: OptionMenuProps) {
  return (
    <fieldset className="p-1">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="flex h-7 items-center gap-2 rounded-sm px-2 hover:bg-hover has-focus-visible:bg-hover"
        >
          <input
            type="radio"
            name={label}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
