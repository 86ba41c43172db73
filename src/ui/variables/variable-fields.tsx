import { useId } from "react";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { TagEditor } from "../kit/controls/tag-editor.tsx";
import { cx } from "../kit/cx.ts";
import { type Draft, inNotation, looksLikeJson, type Notation, typeOf } from "./value-text.ts";

interface Props {
  draft: Draft;
  value: unknown;
  problems: { name: string | undefined; value: string | undefined };
  /** Whether it was tried to save: from then on all problems are shown. */
  isTried: boolean;
  change: (patch: Partial<Draft>) => void;
}

/** Name, value and tags of a variable. */
export function VariableFields({ draft, problems, isTried, change, value }: Props) {
  const id = useId();
  const error = isTried || draft.name !== "" ? problems.name : undefined;
  const rule = "Lower-case letters, digits, dashes and underscores; at most 255 characters.";
  return (
    <>
      <Field label="Name" id={id} isRequired description={rule} error={error}>
        <input
          {...inputProps(id, { description: rule, error })}
          value={draft.name}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => change({ name: target.value })}
          className={cx(inputClass, "h-8 font-mono text-xs")}
        />
      </Field>
      <ValueField
        {...{ draft, value, change }}
        error={isTried || draft.text !== "" ? problems.value : undefined}
      />
      <TagEditor label="Tags" tags={draft.tags} onChange={(tags) => change({ tags })} />
    </>
  );
}

const notations: readonly { value: Notation; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "json", label: "JSON" },
];

type ValueProps = Pick<Props, "draft" | "value" | "change"> & { error: string | undefined };

function ValueField({ draft, value, change, error }: ValueProps) {
  const id = useId();
  const { notation, text } = draft;
  const write = (next: Notation) => change({ notation: next, text: inNotation(draft, next) });
  return (
    <Field
      label="Value"
      id={id}
      error={error}
      aside={
        <>
          {error === undefined && <span>{typeOf(value)}</span>}
          <Segmented label="Value as" value={notation} onChange={write} options={notations} />
        </>
      }
    >
      <textarea
        {...inputProps(id, { error })}
        rows={Math.min(18, Math.max(4, text.split("\n").length + 1))}
        value={text}
        spellCheck={false}
        autoCapitalize="off"
        placeholder={notation === "json" ? '["eu", "us"]' : ""}
        onChange={({ target }) => change({ text: target.value })}
        className={cx(inputClass, "block py-1.5 font-mono text-xs leading-5")}
      />
      {looksLikeJson(draft) && (
        <p className="mt-1 text-muted">
          Saved as text, although it reads as JSON.{" "}
          <button type="button" className="text-accent underline" onClick={() => write("json")}>
            Save as JSON
          </button>
        </p>
      )}
    </Field>
  );
}
