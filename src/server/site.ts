import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import type { PageInfo } from "../schema/admin.ts";
import { pageHeaders } from "./http/headers.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};
const packed = [
  { encoding: "br", ending: ".br" },
  { encoding: "gzip", ending: ".gz" },
] as const;

/** Serves paths outside `/api`. A page embeds the server's description of itself, which saves a request. */
export type Site = (request: Request, info: PageInfo | null) => Promise<Response | undefined>;

/** Serves a folder of built files. Any other address is a page of the dashboard: its index. */
export function openSite(folder: string): Site {
  const index = join(folder, "index.html");
  const safe = pageHeaders(isFile(index) ? readFileSync(index, "utf8") : "");
  return async (request, info) => {
    const path = pathIn(folder, request.url);
    if (path === undefined) return undefined;
    const isAsset = extname(path) !== "";
    const file = isFile(path) ? path : isAsset ? undefined : index;
    if (!file || !isFile(file)) return undefined;
    const pageRequest = { request, safe };
    return info && extname(file) === ".html" ? page(file, pageRequest, info) : respond(file, pageRequest);
  };
}

/** The file that a URL names, unless it lies outside of the folder. */
function pathIn(folder: string, url: string): string | undefined {
  try {
    const named = decodeURIComponent(new URL(url).pathname);
    // No file of ours has such a name, and some file systems treat a backslash as a slash.
    if (/[\0\\]/.test(named)) return undefined;
    const path = normalize(join(folder, named));
    return path === normalize(folder) || path.startsWith(normalize(folder + sep)) ? path : undefined;
  } catch {
    // Invalid percent-encoding.
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // Longer than any file name.
    return false;
  }
}

interface PageRequest {
  request: Request;
  /** Security headers of a page. */
  safe: Record<string, string>;
}

/** A data block, which browsers do not execute; `<` is escaped, so that the content cannot close it. */
async function page(file: string, { request, safe }: PageRequest, info: PageInfo): Promise<Response> {
  const json = JSON.stringify(info).replaceAll("<", "\\u003c");
  const data = `<script id="praetor-info" type="application/json">${json}</script>`;
  const html = await readFile(file, "utf8");
  const body = html.includes("</head>") ? html.replace("</head>", () => `${data}</head>`) : data + html;
  const headers = { ...safe, "content-type": types[".html"] ?? "", "cache-control": "no-store" };
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

async function respond(file: string, { request, safe }: PageRequest): Promise<Response> {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const best = packed.find(({ encoding, ending }) => accepted.includes(encoding) && isFile(file + ending));
  const path = file + (best?.ending ?? "");
  const headers: Record<string, string> = {
    ...safe,
    "content-type": types[extname(file)] ?? "application/octet-stream",
    // The names of assets change with their content; those of pages do not.
    "cache-control": /[/\\]assets[/\\]/.test(file) ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "accept-encoding",
    ...(best ? { "content-encoding": best.encoding } : {}),
  };
  const body = await readFile(path);
  headers["content-length"] = String(body.length);
  return new Response(request.method === "HEAD" ? null : body, { headers });
}
