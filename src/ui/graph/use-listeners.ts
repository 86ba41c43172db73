import { type RefObject, useEffect, useEffectEvent } from "react";

type Handlers = {
  [K in "wheel" | "pointerdown" | "pointermove" | "pointerup" | "pointerleave" | "click" | "dblclick"]?: (
    event: HTMLElementEventMap[K],
  ) => void;
};

/**
 * Listens on the element itself: a wheel that zooms must be able to keep the page still, and a surface for the
 * pointer is no control (what it does can be done with the keyboard elsewhere).
 */
export function useListeners(element: RefObject<HTMLElement | null>, handlers: Handlers): void {
  const wheel = useEffectEvent((event: WheelEvent) => handlers.wheel?.(event));
  const down = useEffectEvent((event: PointerEvent) => handlers.pointerdown?.(event));
  const move = useEffectEvent((event: PointerEvent) => handlers.pointermove?.(event));
  const up = useEffectEvent((event: PointerEvent) => handlers.pointerup?.(event));
  const leave = useEffectEvent((event: PointerEvent) => handlers.pointerleave?.(event));
  const click = useEffectEvent((event: PointerEvent) => handlers.click?.(event));
  const double = useEffectEvent((event: MouseEvent) => handlers.dblclick?.(event));
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const stop = new AbortController();
    const options = { signal: stop.signal };
    target.addEventListener("wheel", (event) => wheel(event), { ...options, passive: false });
    target.addEventListener("pointerdown", (event) => down(event), options);
    target.addEventListener("pointermove", (event) => move(event), options);
    target.addEventListener("pointerup", (event) => up(event), options);
    target.addEventListener("pointerleave", (event) => leave(event), options);
    target.addEventListener("click", (event) => click(event), options);
    target.addEventListener("dblclick", (event) => double(event), options);
    return () => stop.abort();
  }, [element]);
}

/** Where in the element the pointer is, from 0 to its size. */
export function placeIn(element: HTMLElement | null, event: MouseEvent) {
  const box = element?.getBoundingClientRect();
  return {
    x: event.clientX - (box?.left ?? 0),
    y: event.clientY - (box?.top ?? 0),
    width: Math.max(1, box?.width ?? 1),
  };
}
