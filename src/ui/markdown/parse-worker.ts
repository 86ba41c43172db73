import { parseMarkdown } from "./parse.ts";

self.onmessage = ({ data }: MessageEvent<string>) => self.postMessage(parseMarkdown(data));
// From now on it is measured how long a text takes.
self.postMessage("ready");
