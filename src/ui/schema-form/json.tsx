import { type ChangeEvent, useRef, useState } from "react";
import { inputClass, inputProps } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";
import type { ControlProps } from "./control.ts";
import type { SchemaFormState } from "./form-state.ts";
import { isMistake, readJson } from "./json-text.ts";
import { inOneLine, type Path, pointerOf, sameJson } from "./shapes.ts";
import { isUnreadable, unreadable } from "./values.ts";

/** A value of which the schema says nothing that a control could be made of. */
export function JsonPart({ id, shape, value, base, error, isItem, isRequired, onChange }: ControlProps) {
  const [typed, setTyped] = useState<string>();
  const plain = isUnreadable(value) ? value.text : value === undefined ? "" : JSON.stringify(value, null, 2);
  // Written otherwise than it would be printed: how it was written stays while it means the same.
  const text = typed !== undefined && sameJson(valueIn(typed), value) ? typed : plain;
  const change = (next: string) => {
    setTyped(next);
    onChange(valueIn(next) ?? (isItem ? null : undefined));
  };
  return (
    <textarea
      {...inputProps(id, { description: shape.description, error })}
      aria-required={isRequired || undefined}
      rows={Math.min(16, Math.max(2, text.split("\n").length))}
      value={text}
      placeholder={base === undefined ? "JSON" : inOneLine(base)}
      spellCheck={false}
      onChange={({ target }) => change(target.value)}
      className={cx(inputClass, "block py-1.5 font-mono text-xs leading-5")}
    />
  );
}

function valueIn(text: string): unknown {
  if (text.trim() === "") return undefined;
  const read = readJson(text);
  return isMistake(read) ? unreadable(text, `line ${read.line}: ${read.message}`) : read.value;
}

interface Note {
  line: number;
  message: string;
}

/** The whole value as text; each message stands at the end of the line that it is about. */
export function JsonText({ form, label }: { form: SchemaFormState; label: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const notes = notesOf(form);
  const goTo = (line: number) => {
    const lines = form.text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  const field = {
    ref: area,
    "aria-label": `${label} as JSON`,
    "aria-invalid": notes.length > 0 || undefined,
    "aria-describedby": `${form.id}-notes`,
    value: form.text,
    spellCheck: false,
    autoCapitalize: "off",
    onChange: ({ target }: ChangeEvent<HTMLTextAreaElement>) => form.setText(target.value),
  };
  return (
    <>
      {form.text.split("\n", mostLines).length < mostLines ? (
        <div className="max-h-[60vh] overflow-auto rounded-md border border-control-line bg-surface font-mono text-xs leading-5 focus-within:outline-2 focus-within:outline-accent">
          <div className="grid min-w-max grid-cols-[auto_1fr]">
            <Gutter text={form.text} notes={notes} />
            <div className="relative">
              <Mirror text={form.text} notes={notes} />
              <textarea
                {...field}
                className="absolute inset-0 resize-none overflow-hidden bg-transparent px-2 py-1.5 whitespace-pre outline-none"
              />
            </div>
          </div>
        </div>
      ) : (
        <textarea
          {...field}
          rows={24}
          wrap="off"
          className={cx(inputClass, "block py-1.5 font-mono text-xs leading-5")}
        />
      )}
      <Notes id={`${form.id}-notes`} notes={notes} onChoose={goTo} />
    </>
  );
}

/** Lines are numbered one by one; for more than these that would take too long with each key. */
const mostLines = 2000;
const mostNotes = 50;

interface NotesProps {
  id: string;
  notes: readonly Note[];
  onChoose: (line: number) => void;
}

function Notes({ id, notes, onChoose }: NotesProps) {
  return (
    <ul id={id} className="mt-1 text-danger">
      {notes.slice(0, mostNotes).map(({ line, message }) => (
        <li key={`${line} ${message}`}>
          <button
            type="button"
            onClick={() => onChoose(line)}
            className="text-left underline-offset-2 hover:underline"
          >
            Line {line}: {message}
          </button>
        </li>
      ))}
      {notes.length > mostNotes && <li>and {notes.length - mostNotes} more</li>}
    </ul>
  );
}

function notesOf({ mistake, problems, lines }: SchemaFormState): Note[] {
  if (mistake) return [mistake];
  const notes = problems.map(({ path, message }) => ({
    line: lineOf(lines, path),
    message: path.length > 0 ? `${path.join(".")}: ${message}` : message,
  }));
  return notes.toSorted((a, b) => a.line - b.line);
}

/** What is not there is missed at the line of what it belongs to. */
function lineOf(lines: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(pointerOf(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

function Gutter({ text, notes }: { text: string; notes: readonly Note[] }) {
  const marked = new Set(notes.map((note) => note.line));
  return (
    <div aria-hidden="true" className="border-r py-1.5 text-right text-faint select-none">
      {text.split("\n").map((_, index) => (
        <div key={index} className={cx("px-2", marked.has(index + 1) && "bg-danger/10 text-danger")}>
          {index + 1}
        </div>
      ))}
    </div>
  );
}

/** The same text unseen: it gives the field its size, and the messages their places. */
function Mirror({ text, notes }: { text: string; notes: readonly Note[] }) {
  const byLine = Map.groupBy(notes, (note) => note.line);
  return (
    <div aria-hidden="true" className="min-h-24 px-2 py-1.5 whitespace-pre text-transparent">
      {text.split("\n").map((line, index) => (
        <div key={index}>
          {line || " "}
          <span className="font-sans text-danger">
            {byLine.has(index + 1) && `    ${byLine.get(index + 1)?.[0]?.message}`}
          </span>
        </div>
      ))}
    </div>
  );
}
