/** A plain value as YAML in one line: `{column: age, between: [0, 110]}`. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, one]) => `${scalar(key)}: ${flowText(one)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? scalar(value) : String(value);
}

/** What YAML takes for something other than a text (also YAML 1.1: `yes`, `on`). */
const words = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

/** A text as YAML takes it in any place, in quotes when it has to be. */
const scalar = (text: string): string =>
  /^[A-Za-z_][\w-]*( [A-Za-z_][\w-]*)*$/.test(text) && !words.test(text) ? text : JSON.stringify(text);
