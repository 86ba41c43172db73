import { mask } from "../../schema/block-documents.ts";

/**
 * Takes secrets out of texts, and the parts of secret addresses: receivers like to repeat what they were sent.
 *
 * What reads like a word is masked only where it stands on its own, since a secret `hook` makes no secret of every
 * `webhook`; anything else is masked wherever it stands. What is shorter than four characters stays: a `1` is
 * everywhere.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const hidden = [...new Set([...secrets, ...secrets.flatMap(partsOf)].flatMap(formsOf))]
    .filter((text) => text.length >= shortest)
    .sort((a, b) => b.length - a.length);
  if (hidden.length === 0) return (text) => text;
  const pattern = new RegExp(hidden.map(patternOf).join("|"), "gu");
  return (text) => text.replace(pattern, mask);
}

const shortest = 4;

/** Letters alone, or digits alone, and not so many that only a machine could have put them together. */
const wordLike = /^(\p{L}{1,15}|\d{1,7})$/u;
const inWord = "[\\p{L}\\p{N}]";

function patternOf(text: string): string {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return wordLike.test(text) ? `(?<!${inWord})${literal}(?!${inWord})` : literal;
}

/** A receiver may repeat a secret as it came or as it was meant. */
function formsOf(text: string): string[] {
  try {
    return [text, encodeURIComponent(text), decodeURIComponent(text)];
  } catch {
    // A percent sign that begins no escape, or half of a character: there is no other form.
    return [text];
  }
}

/** What addresses of receivers have in common, which is no secret. */
const commonWords = new Set(
  "alert alerts apps chat false hook hooks incoming integrations invoke json manual message messages notify paths post rooms send services text trigger triggers true webhook webhooks workflow workflows".split(
    " ",
  ),
);

/** What may be a secret on its own in a secret address. Its keys are none, nor is the host of a web address. */
function partsOf(address: string): string[] {
  const [, scheme = "", place = "", query = ""] =
    /^([a-z][a-z\d+.-]*):\/\/([^?#]*)(.*)$/is.exec(address) ?? [];
  const [authority = "", ...segments] = place.split("/");
  const credentials = authority.split("@");
  const host = credentials.pop() ?? "";
  const values = query.split(/[?&#]/).map((pair) => pair.slice(pair.indexOf("=") + 1));
  return [
    ...(/^https?$/i.test(scheme) ? [] : [host]),
    ...credentials.flatMap((text) => text.split(":")),
    ...[...segments, ...values].filter((part) => !commonWords.has(part.toLowerCase())),
  ];
}
