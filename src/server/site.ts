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

/** Returns what is not below `/api`. A page carries what the server says of itself, which saves it a request. */
export type Site = (request: Request, info: PageInfo | null) => Promise<Response | undefined>;

/** Serves a folder of built files. Any address that names no file is a page of the dashboard: its index. */
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
    // No file of ours is called so, and some file systems take a backslash for a slash.
    if (/[\0\\]/.test(named)) return undefined;
    const path = normalize(join(folder, named));
    return path === normalize(folder) || path.startsWith(normalize(folder + sep)) ? path : undefined;
  } catch {
    // No percent-encoding of any text.
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A name that is too long for any file.
    return false;
  }
}

interface PageRequest {
  request: Request;
  /** Headers that keep a page from what it must not do. */
  safe: Record<string, string>;
}

/** A block of data, which no browser runs; `<` is escaped, so that nothing in it ends it. */
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
