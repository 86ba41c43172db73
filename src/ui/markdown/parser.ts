import { useEffect, useState } from "react";
import type { Parsed } from "./parse.ts";

/** The parser is quick, but for texts that were made to be slow. */
const deadlineMs = 1_000;

/** A text as Markdown: the last result stays until the next; undefined before the first. */
export function useParsed(text: string): Parsed | undefined {
  const [parsed, setParsed] = useState<Parsed>();
  useEffect(() => {
    let left = false;
    void parse(text).then((result) => left || setParsed(result));
    return () => {
      left = true;
    };
  }, [text]);
  return parsed;
}

let last: Promise<unknown> = Promise.resolve();
let worker: Promise<Worker> | undefined;

/** One text after the other, off the main thread; one that takes too long is given up. */
function parse(text: string): Promise<Parsed> {
  if (typeof Worker === "undefined")
    return import("./parse.ts").then(({ parseMarkdown }) => parseMarkdown(text));
  const parsed = last.then(() => ask(text));
  last = parsed;
  return parsed;
}

async function ask(text: string): Promise<Parsed> {
  worker ??= started();
  const own = await worker.catch(() => undefined);
  if (!own) {
    worker = undefined;
    return { kind: "plain", reason: "the parser could not be loaded" };
  }
  return new Promise((resolve) => {
    const giveUp = (reason: string) => {
      own.terminate();
      worker = undefined;
      resolve({ kind: "plain", reason });
    };
    const timer = setTimeout(() => giveUp("it takes too long"), deadlineMs);
    own.onmessage = ({ data }: MessageEvent<Parsed>) => {
      clearTimeout(timer);
      resolve(data);
    };
    own.onerror = () => {
      clearTimeout(timer);
      giveUp("the parser failed");
    };
    own.postMessage(text);
  });
}

const started = (): Promise<Worker> =>
  new Promise((resolve, reject) => {
    const made = new Worker(new URL("./parse-worker.ts", import.meta.url), { type: "module" });
    made.onmessage = () => resolve(made);
    made.onerror = () => reject(new Error("the parser of Markdown could not be loaded"));
  });
