/** What XML 1.0 cannot hold at all, in any form of escape. */
const impossible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** A text between tags or in an attribute: line breaks are kept in both. */
export const xmlText = (text: string): string =>
  text.replace(impossible, '\uFFFD').replace(/[&<>"'\t\n\r]/g, character => escapes[character] ?? character);

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

export type XmlAttributes = Readonly<Record<string, string | number>>;

/** An element with its attributes; `children` are elements, or text that is escaped already. */
export function xmlElement(name: string, attributes: XmlAttributes, children: readonly string[] = []): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(String(value))}"`);
  const open = `<${name}${pairs.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}
