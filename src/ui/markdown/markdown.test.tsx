import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Markdown } from "./markdown.tsx";

afterEach(cleanup);

const html = (text: string): string =>
  render(<Markdown text={text} />).container.innerHTML.replaceAll(
    / (class|tabindex|role|scope|aria-label)="[^"]*"/g,
    "",
  );

test.each([
  ["a heading", "# Rain *now* #", '<p aria-level="4">Rain <em>now</em></p>'],
  [
    "prose of two lines",
    "one\ntwo **bold** and `x*y*z`",
    "<p>one\ntwo <strong>bold</strong> and <code>x*y*z</code></p>",
  ],
  ["a name with underscores", "of snake_case_names", "<p>of snake_case_names</p>"],
  ["a list with a line that goes on", "- one\n  more\n- two", "<ul><li>one more</li><li>two</li></ul>"],
  ["numbers", "1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"],
  ["code, with what is no list in it", "```py\n- x\n```\nafter", "<pre>- x</pre><p>after</p>"],
  ["code that does not end", "```\nx", "<pre>x</pre>"],
  ["a quotation", "> one\n> two", "<blockquote>one\ntwo</blockquote>"],
  ["a rule", "a\n\n---\nb", "<p>a</p><hr><p>b</p>"],
  ["tags", "<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"],
  ["entities", "a &lt; b &amp;&eacute;&#128512; &nosuch;", "<p>a &lt; b &amp;é😀 &amp;nosuch;</p>"],
  ["entities that would be a tag", "&lt;b&gt;x", "<p>&lt;b&gt;x</p>"],
  ["entities in code", "`&lt;`", "<code>&amp;lt;</code>"],
  ["a link that is code", "[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"],
])("%s", (_, text, wanted) => {
  expect(html(text)).toContain(wanted);
});

test("links lead out, whether written with words, as an image or bare", () => {
  render(<Markdown text={'[one](https://a.test/1 "title") ![two](https://a.test/2.png) https://a.test/3'} />);
  const links = screen.getAllByRole("link").map((link) => [link.textContent, link.getAttribute("href")]);
  expect(links).toEqual([
    ["one", "https://a.test/1"],
    ["two", "https://a.test/2.png"],
    ["https://a.test/3", "https://a.test/3"],
  ]);
});

test("a table has a head and rows, and a line below it is no longer part of it", () => {
  render(<Markdown text={"| city | rain |\n|:--|--:|\n| Oslo | **7** |\n| Rome | 1 |\n\nend"} />);
  expect(screen.getAllByRole("columnheader").map(({ textContent }) => textContent)).toEqual(["city", "rain"]);
  expect(screen.getAllByRole("cell").map(({ textContent }) => textContent)).toEqual([
    "Oslo",
    "7",
    "Rome",
    "1",
  ]);
});

test("text that is made to be slow is not", () => {
  const start = performance.now();
  for (const evil of [
    "*a".repeat(20_000),
    "[".repeat(50_000),
    `${"|-".repeat(20_000)}x`,
    "> ".repeat(20_000),
  ])
    render(<Markdown text={evil} />);
  expect(performance.now() - start).toBeLessThan(2_000);
});
