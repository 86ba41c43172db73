import { ArrowUp } from "lucide-react";

/** What is held back so that nothing moves under the reader; a press lets it in. */
export function Pill({ text, onPress }: { text: string | null; onPress: () => void }) {
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-10 z-20 flex justify-center">
      {text && (
        <button
          type="button"
          onClick={onPress}
          className="pop pointer-events-auto flex h-7 items-center gap-1.5 rounded-full! px-3 font-strong text-accent hover:bg-hover"
        >
          <ArrowUp size={13} />
          {text}
        </button>
      )}
    </div>
  );
}
