import { useState } from "react";
import { maxListedMessage } from "../../schema/long-texts.ts";

/** Text of any length: the browser lays out megabytes for seconds, so a long one is cut until its whole is asked for. */
export function LongText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  if (text.length <= maxListedMessage || isWhole) return text;
  return (
    <>
      {text.slice(0, maxListedMessage)}…{" "}
      <button type="button" className="text-accent hover:underline" onClick={() => setWhole(true)}>
        Show all {text.length.toLocaleString("en")} characters
      </button>
    </>
  );
}
