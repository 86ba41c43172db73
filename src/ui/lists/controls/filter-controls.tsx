import { ChevronDown } from "lucide-react";
import { type ComponentProps, cloneElement, Suspense, useState } from "react";
import { cx } from "../../kit/cx.ts";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { type Control, isOptionField } from "../query-fields.ts";
import { readOption, readTime, readValues } from "./controls.ts";
import type { ControlPopupProps, ControlsProps } from "./controls-props.ts";
import { timeLabel } from "./time-label.ts";

const ControlPopup = lazyNamed(async () => (await import("./control-popup.tsx")).ControlPopup);

/** Menus above a list, for those who do not know its query language: each writes conditions into the query. */
export function FilterControls<K extends string>(props: ControlsProps<K>) {
  const controls = props.fields.controls ?? [];
  if (controls.length === 0) return null;
  return (
    <div
      role="group"
      aria-label="Filters"
      className="flex h-9 shrink-0 items-center gap-1 overflow-x-auto border-b px-2 [scrollbar-width:none]"
    >
      {controls.map((control) => {
        const value = summaryOf(control, props);
        const label = control.label.toLowerCase();
        return (
          <ControlPopover
            key={control.label}
            {...props}
            control={control}
            label={`Filter by ${label}`}
            trigger={<ControlButton label={control.label} value={value.text} isSet={value.isSet} />}
          />
        );
      })}
    </div>
  );
}

/** The popup comes with what is in it: what has the keyboard must be there when it opens. */
function ControlPopover<K extends string>(props: ControlPopupProps<K>) {
  const [isWanted, setWanted] = useState(false);
  const closed = cloneElement(props.trigger, { "aria-haspopup": "dialog", onClick: () => setWanted(true) });
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <ControlPopup {...props} />
    </Suspense>
  );
}

interface Summary {
  text: string | undefined;
  isSet: boolean;
}

/** What a control is set to, in a few words. */
function summaryOf<K extends string>(
  control: Control<K>,
  { q, language, fields }: ControlsProps<K>,
): Summary {
  if (control.kind === "time") {
    const text = timeLabel(readTime(q, language, control));
    return { text, isSet: text !== undefined };
  }
  if (control.kind === "option") {
    const field = fields.fields[control.key];
    const option = readOption(q, fields, control.key);
    if (!isOptionField(field)) return { text: option, isSet: false };
    return { text: field.options[option]?.label ?? option, isSet: option !== field.initial };
  }
  const [first, ...more] = readValues(q, language, control.key).values;
  if (!first) return { text: undefined, isSet: false };
  return { text: more.length > 0 ? `${first.text} +${more.length}` : first.text, isSet: true };
}

interface ButtonProps extends ComponentProps<"button"> {
  label: string;
  value: string | undefined;
  isSet: boolean;
}

function ControlButton({ label, value, isSet, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-label={`Filter by ${label.toLowerCase()}${value ? `: ${value}` : ""}`}
      className={cx(
        "touch inline-flex h-7 max-w-60 shrink-0 items-center gap-1 rounded-md px-2 hover:bg-hover data-[popup-open]:bg-active",
        isSet ? "bg-active text-fg" : "text-muted hover:text-fg",
        className,
      )}
      {...rest}
    >
      {/* The space is for what reads the button aloud. */}
      {`${label} `}
      {value && <span className={cx("truncate", isSet && "font-strong")}>{value}</span>}
      <ChevronDown size={12} className="shrink-0 text-faint" aria-hidden />
    </button>
  );
}
