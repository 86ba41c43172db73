/**
 * Puts text on the clipboard; rejects where the browser does not let it. A page that is neither on HTTPS nor on this
 * machine has no `navigator.clipboard`: there the text is selected and copied as by hand.
 */
export async function copyText(text: string | Promise<string>): Promise<void> {
  if (!navigator.clipboard) return copySelected(await text);
  if (typeof text === "string") return navigator.clipboard.writeText(text);
  if (typeof navigator.clipboard.write !== "function" || typeof ClipboardItem === "undefined")
    return navigator.clipboard.writeText(await text);
  // The permission of the click may be over when the text has come, unless the clipboard is told of it at once.
  const blob = text.then((whole) => new Blob([whole], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

function copySelected(text: string): void {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  // Within a dialog, where the focus is kept.
  const holder = document.activeElement?.closest("[role=dialog]") ?? document.body;
  holder.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  if (!isDone) throw new Error("The browser blocked access to the clipboard.");
}
