import { useEffect, useEffectEvent, useState } from "react";

export interface TypedAhead {
  text: string;
  setText: (text: string) => void;
  /** Enter was pressed and has not been followed yet. */
  isEntered: boolean;
  setEntered: (isEntered: boolean) => void;
}

/**
 * The text of the palette. Keys that are pressed after it was called, but before its field is there to take them,
 * are typed into it as well, and reach no shortcut of the page behind it.
 */
export function useTypedAhead(isOpen: boolean, onClose: () => void): TypedAhead {
  const [text, setText] = useState("");
  const [isEntered, setEntered] = useState(false);
  const take = useEffectEvent((event: KeyboardEvent) => {
    const isInPalette = event.target instanceof Element && event.target.closest("[role=dialog]") !== null;
    if (isInPalette || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter") setEntered(true);
    else if (event.key === "Backspace") setText((before) => before.slice(0, -1));
    else if ([...event.key].length === 1) setText((before) => before + event.key);
  });
  useEffect(() => {
    if (!isOpen) return;
    window.addEventListener("keydown", take, { capture: true });
    return () => {
      window.removeEventListener("keydown", take, { capture: true });
      setText("");
      setEntered(false);
    };
  }, [isOpen]);
  return { text, setText, isEntered, setEntered };
}
