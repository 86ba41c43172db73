import { expect, test } from "vitest";
import { piecesOf, withoutAnsi } from "./ansi.ts";

const look = (text: string) =>
  piecesOf(text).map(({ text: part, color, background, inverse, bold, dim, underline, href }) =>
    [
      part,
      color,
      background && `on ${background}`,
      inverse && "inverse",
      bold && "bold",
      dim && "dim",
      underline && "underline",
      href,
    ]
      .filter(Boolean)
      .join("|"),
  );

test.each([
  ["plain text", "hello", ["hello"]],
  ["a colour and its end", "a \u001b[31mred\u001b[0m b", ["a ", "red|red", " b"]],
  ["bold and bright", "\u001b[1;92mok\u001b[22;39m done", ["ok|green|bold", " done"]],
  ["one of 256 colours", "\u001b[38;5;196mred\u001b[m", ["red|red"]],
  ["a true colour", "\u001b[38;2;20;30;250mblue", ["blue|blue"]],
  ["a background", "\u001b[48;5;21mx\u001b[31my\u001b[49mz", ["x|on blue", "y|red|on blue", "z|red"]],
  ["a bright background", "\u001b[30;103m warn \u001b[0m x", [" warn |black|on yellow", " x"]],
  ["inverse", "\u001b[7mx\u001b[27my", ["x|inverse", "y"]],
  ["a progress bar as it ends", " 10%|#   |\r 50%|##  |\r100%|####|", ["100%|####|"]],
  ["a shorter text over a longer one", "downloading\rdone", ["doneloading"]],
  ["a line that is erased before it is written", "downloading\r\u001b[Kdone", ["done"]],
  ["a whole line erased", "downloading\u001b[2K\rdone", ["done"]],
  ["colours of a progress bar", "\u001b[31m 5%\u001b[0m\r\u001b[32m99%\u001b[0m", ["99%|green"]],
  ["lines of Windows", "one\r\ntwo\r", ["one\ntwo"]],
  ["a spinner", "working |\b/\b-", ["working -"]],
  ["cursor movements are dropped", "\u001b[2K\u001b[1Gdone", ["done"]],
  [
    "an address",
    "see https://example.com/a?b=1, then",
    ["see ", "https://example.com/a?b=1|https://example.com/a?b=1", ", then"],
  ],
  ["an address in brackets", "(http://x.y/z)", ["(", "http://x.y/z|http://x.y/z", ")"]],
  [
    "a link of the terminal",
    "\u001b]8;;https://x.y\u0007here\u001b]8;;\u0007 now",
    ["here|https://x.y", " now"],
  ],
  [
    "a link that is no web address stays text",
    "\u001b]8;;javascript:alert(1)\u0007here\u001b]8;;\u0007",
    ["here"],
  ],
])("%s", (_, text, expected) => {
  expect(look(text)).toEqual(expected);
});

test("text for the clipboard has no escapes", () => {
  expect(withoutAnsi("a \u001b[1;31mred\u001b[0m b")).toBe("a red b");
  expect(withoutAnsi("10%\r\u001b[32m99%\u001b[0m\nok")).toBe("99%\nok");
});
