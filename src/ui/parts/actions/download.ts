import type { Input, Route } from "../../../schema/route.ts";
import { splitInput } from "../../../schema/route.ts";
import type { Api } from "../../api.ts";

/** Saves a text as a file, as if it had been downloaded. */
export const saveText = (text: string, name: string, type: string): void =>
  saveBlob(new Blob([text], { type }), name);

export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  follow(address, name);
  URL.revokeObjectURL(address);
}

/**
 * Saves what a route answers as a file. The browser writes it to the disk as it comes, except where the server wants a
 * header that only this page can send: then it goes through the memory of the page.
 */
export async function saveAnswer<R extends Route>(
  api: Api,
  route: R,
  input: Input<R>,
  name: string,
): Promise<void> {
  const { client, authString } = api;
  const { path, query } = splitInput(route, { ...Object(input) });
  const address = new URL(`${client.baseUrl}${path}?${new URLSearchParams(query)}`, window.location.href);
  if (authString === null && address.origin === window.location.origin) return follow(address.href, name);
  saveText(String(await client.call(route, input)), name, "text/plain");
}

function follow(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

/** A name that any file system takes. */
export const fileName = (name: string): string => name.replaceAll(/[^\w.-]+/g, "-");
