import type { Facts } from '../grammar/facts';

/** `number · default 0.2` */
export function summary(facts: Facts): string {
  const normal = facts.default === undefined ? '' : ` · default ${shown(facts.default)}`;
  const type = facts.allowed.length > 0 && facts.type === 'text' ? facts.allowed.map(shown).join(' | ') : facts.type;
  return `${type}${facts.required ? ' · required' : ''}${normal}`;
}

/** Markdown */
export function documentation(facts: Facts): string {
  const parts = [facts.description ?? ''];
  if (facts.allowed.length > 1) parts.push(`One of ${facts.allowed.map(value => `\`${shown(value)}\``).join(', ')}.`);
  if (facts.default !== undefined) parts.push(`Default: \`${shown(facts.default)}\`.`);
  const [example] = facts.examples;
  if (example !== undefined && facts.allowed.length === 0) parts.push(`For example \`${shown(example)}\`.`);
  return parts.filter(part => part !== '').join('\n\n');
}

export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
