/** With bounds on the name: none is longer. */
const entity = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/gi;

/** `&lt;` and `&eacute;` as the letters that they stand for; what stands for none is left. */
export const decodeEntities = (text: string): string =>
  text.includes("&") ? text.replace(entity, decoded) : text;

/** The browser knows them all. What it reads here is one entity, which holds no tag. */
function decoded(text: string): string {
  const area = document.createElement("textarea");
  area.innerHTML = text;
  return area.value;
}
