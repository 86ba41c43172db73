import { createHash } from "node:crypto";

const always = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
};

/** On every answer of the API: data that browsers must not render as a page. */
export const dataHeaders = {
  ...always,
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/**
 * On the dashboard and its files. Scripts come from this server, and of those written into the page only the ones
 * it was built with. Styles may be written in: the libraries of charts, graphs and messages set them so. The user may
 * point the dashboard at another server, so it may connect anywhere. Images of other hosts are shown where the reader asks for
 * them, see `ui/markdown/picture.tsx`.
 */
export function pageHeaders(html: string): Record<string, string> {
  const inline = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => hashOf(text));
  const policy = [
    "default-src 'none'",
    ["script-src 'self'", ...inline].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data: blob: https:",
    "connect-src 'self' http: https: ws: wss:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...always, "content-security-policy": policy.join("; ") };
}

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
