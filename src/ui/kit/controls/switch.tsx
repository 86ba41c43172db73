import { cx } from "../cx.ts";

interface Props {
  /** What is on or off. */
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off, at once. */
export function Switch({ label, checked, disabled = false, onChange }: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-label={label}
      aria-checked={checked}
      disabled={disabled}
      onClick={() => onChange(!checked)}
      className={cx(
        "touch inline-flex h-4 w-7 shrink-0 rounded-full p-[2px] transition-colors duration-120 disabled:opacity-45",
        checked ? "bg-accent" : "bg-control-line",
      )}
    >
      <span
        className={cx(
          "block size-3 rounded-full bg-surface transition-transform duration-120",
          checked && "translate-x-3",
        )}
      />
    </button>
  );
}
