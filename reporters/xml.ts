/** An element: its attributes in their order, and in it a text, or elements. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: string | readonly string[] = '',
): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(`${value}`).replaceAll('\n', '&#10;')}"`),
  ].join(' ');
  const inner = typeof content === 'string' ? escaped(content) : content.map((child) => `\n${child}`).join('');
  if (inner === '') return `<${start}/>`;
  return `<${start}>${inner}${typeof content === 'string' ? '' : '\n'}</${name}>`;
}

export const xmlDocument = (root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;

/** Of a tab and a carriage return a parser would make other spaces. */
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\r': '&#13;',
};

/** What XML 1.0 cannot hold, not even as a reference, stands as `\u{fffe}`: https://www.w3.org/TR/xml/#charsets. */
const escaped = (text: string) =>
  text
    .replace(
      /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    )
    .replace(/[&<>"\t\r]/g, (character) => references[character] ?? character);
