import { useId } from "react";
import { defaultStateName, isFinal, stateTypes } from "../../../schema/state-types.ts";
import { Checkbox } from "../../kit/controls/checkbox.tsx";
import { Field, inputClass } from "../../kit/controls/field.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import type { StateChoice } from "./state-choice.ts";

// The ends first: what a person mostly has to say.
const options = [...stateTypes.filter(isFinal), ...stateTypes.filter((type) => !isFinal(type))].map(
  (value) => ({ value, label: defaultStateName(value) }),
);

interface Props {
  value: StateChoice;
  onChange: (value: StateChoice) => void;
}

/** Type, name and message of a state, and whether the rules are asked. */
export function StateFields({ value, onChange }: Props) {
  const id = useId();
  const set = (patch: Partial<StateChoice>) => onChange({ ...value, ...patch });
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="State type" id={`${id}-type`}>
          <Select
            id={`${id}-type`}
            label="State type"
            value={value.type}
            onChange={(type) => set({ type })}
            options={options}
          />
        </Field>
        <TextField
          label="State name"
          value={value.name}
          placeholder={defaultStateName(value.type)}
          onChange={(name) => set({ name })}
        />
      </div>
      <Field label="Message" id={`${id}-message`}>
        <textarea
          id={`${id}-message`}
          value={value.message}
          rows={2}
          onChange={(event) => set({ message: event.target.value })}
          placeholder="Why the state is set by hand"
          className={`${inputClass} py-1`}
        />
      </Field>
      <div className="flex items-start gap-2">
        <span className="flex h-5 items-center">
          <Checkbox label="Force" checked={value.force} onChange={(force) => set({ force })} />
        </span>
        <p>
          <span className="font-strong">Force</span>
          <span className="block text-muted">
            {value.force
              ? "The state is written as given; no orchestration rule is asked. Recorded as a forced state in the events."
              : "The server applies its orchestration rules, which can refuse or replace the state."}
          </span>
        </p>
      </div>
    </div>
  );
}
