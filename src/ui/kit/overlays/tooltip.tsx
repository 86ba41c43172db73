import { cloneElement, type ReactElement, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Kbd } from "../kbd.tsx";

type Side = "top" | "bottom" | "left" | "right";
interface Props {
  text: string;
  shortcut?: string;
  side?: Side;
  /** One element that passes its attributes on to the document. */
  children: ReactElement<Record<string, unknown>>;
}

/**
 * Says more about what is already named; nothing is reachable only through it. It only marks its child:
 * a table has hundreds of them, and one layer for all shows whichever is pointed at.
 */
export function Tooltip({ text, shortcut, side = "bottom", children }: Props) {
  return cloneElement(children, { "data-tip": text, "data-tip-keys": shortcut, "data-tip-side": side });
}

const wait = 450;
const gap = 6;
const id = "tooltip";
interface Shown {
  text: string;
  keys: string | undefined;
  side: Side;
  of: DOMRect;
}

/** Shows the tooltip of what the pointer rests on or the keyboard reached. Stands once, in the frame. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const popup = useRef<HTMLDivElement>(null);
  useEffect(() => listen(setShown), []);
  useEffect(() => {
    const element = popup.current;
    if (!element || !shown) return;
    const { left, top } = placed(shown, element.getBoundingClientRect());
    element.style.transform = `translate(${left}px, ${top}px)`;
    element.style.opacity = "1";
  }, [shown]);
  if (!shown) return null;
  return createPortal(
    <div
      ref={popup}
      id={id}
      role="tooltip"
      className="pointer-events-none fixed top-0 left-0 z-50 flex max-w-80 items-center gap-2 rounded-md bg-raised px-2 py-1 text-xs opacity-0 shadow-pop"
    >
      {shown.text}
      {shown.keys && <Kbd keys={shown.keys} />}
    </div>,
    document.body,
  );
}

function listen(show: (shown: Shown | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: Element | null = null;
  const hide = () => {
    clearTimeout(timer);
    current?.removeAttribute("aria-describedby");
    current = null;
    show(null);
  };
  const aim = (target: EventTarget | null, after: number) => {
    const element = target instanceof Element ? target.closest("[data-tip]") : null;
    if (element === current) return;
    hide();
    if (!element) return;
    current = element;
    timer = setTimeout(() => {
      const read = readTip(element);
      if (!read) return;
      element.setAttribute("aria-describedby", id);
      show(read);
    }, after);
  };
  const heard = new AbortController();
  const on = <K extends keyof DocumentEventMap>(name: K, act: (event: DocumentEventMap[K]) => void) =>
    document.addEventListener(name, act, { signal: heard.signal, capture: true, passive: true });
  on("pointerover", (event) => event.pointerType === "mouse" && aim(event.target, wait));
  on(
    "focusin",
    ({ target }) => target instanceof Element && target.matches(":focus-visible") && aim(target, 0),
  );
  on("focusout", hide);
  on("pointerdown", hide);
  on("scroll", hide);
  on("keydown", (event) => event.key === "Escape" && hide());
  return () => {
    hide();
    heard.abort();
  };
}

function readTip(element: Element): Shown | null {
  const text = element.getAttribute("data-tip");
  if (!text || !element.isConnected) return null;
  const side = element.getAttribute("data-tip-side");
  return {
    text,
    keys: element.getAttribute("data-tip-keys") ?? undefined,
    side: side === "top" || side === "left" || side === "right" ? side : "bottom",
    of: element.getBoundingClientRect(),
  };
}

/** Beside its element, on the other side where there is no room, and never outside the window. */
function placed({ side, of }: Shown, { width, height }: DOMRect): { left: number; top: number } {
  const beside = side === "left" || side === "right";
  const below = of.bottom + gap + height < innerHeight;
  const above = of.top - gap - height > 0;
  const after = side === "right" ? of.right + gap : of.left - gap - width;
  const under = side === "top" ? !above : below;
  const left = beside ? after : of.left + of.width / 2 - width / 2;
  const top = beside ? of.top + of.height / 2 - height / 2 : under ? of.bottom + gap : of.top - gap - height;
  return {
    left: Math.min(Math.max(4, left), innerWidth - width - 4),
    top: Math.min(Math.max(4, top), innerHeight - height - 4),
  };
}
