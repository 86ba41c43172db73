import { Switch as Base } from "@base-ui/react/switch";

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
    <Base.Root
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next)}
      className="touch inline-flex h-4 w-7 shrink-0 rounded-full bg-control-line p-[2px] transition-colors duration-120 data-[checked]:bg-accent data-[disabled]:opacity-45"
    >
      <Base.Thumb className="block size-3 rounded-full bg-surface transition-transform duration-120 data-[checked]:translate-x-3" />
    </Base.Root>
  );
}
