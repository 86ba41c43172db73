import { Check, Minus } from "lucide-react";
import { useEffect, useRef } from "react";

interface Props {
  label: string;
  checked: boolean;
  /** Some, but not all. */
  mixed?: boolean;
  /** `extend`: shift was held. */
  onChange: (checked: boolean, extend: boolean) => void;
  tabIndex?: number;
}

const sign = "pointer-events-none absolute text-on-ink";

export function Checkbox({ label, checked, mixed = false, onChange, tabIndex }: Props) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <span className="touch relative flex size-3.5 items-center justify-center">
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={checked}
        tabIndex={tabIndex}
        onChange={({ target, nativeEvent }) =>
          onChange(target.checked, "shiftKey" in nativeEvent && nativeEvent.shiftKey === true)
        }
        className="z-10 size-3.5 appearance-none rounded-sm border border-control-line bg-surface checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent"
      />
      {mixed && <Minus size={11} strokeWidth={3} className={`${sign} z-20`} />}
      {checked && !mixed && <Check size={11} strokeWidth={3} className={`${sign} z-20`} />}
    </span>
  );
}
