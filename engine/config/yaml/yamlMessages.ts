import type { YAMLError } from 'yaml';

/** The library's messages in words that say what to do. What is not listed keeps the library's sentence. */
const sentences: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'YAML does not allow tabs for indentation. Use spaces.',
  MULTILINE_IMPLICIT_KEY:
    'This cannot be read as `key: value`. Is a `:` followed by a space missing, or is the indentation off?',
  BLOCK_AS_IMPLICIT_KEY:
    'A second `key: value` cannot stand in the same line. Put it in a line of its own, or inside `{ }`.',
  BLOCK_IN_FLOW: 'Inside `{ }` and `[ ]` only the bracket form may be used.',
  BAD_DQ_ESCAPE:
    'Not an escape that YAML knows. In double quotes a backslash is written `\\\\`; single quotes need none.',
  BAD_SCALAR_START: 'A value cannot start with this character. Put the value into quotes.',
  MULTIPLE_DOCS: 'There may be only one document in this file. Remove this `---` and what belongs to it.',
  TAG_RESOLVE_FAILED: 'Tags (`!something`) are not used here. Remove it.',
  NON_STRING_KEY: 'A key must be a plain text.',
  RESOURCE_EXHAUSTION: 'This is nested too deeply.',
  KEY_OVER_1024_CHARS: 'A key may have at most 1,024 characters. Is a line break missing?',
};

export function yamlMessage(error: YAMLError): string {
  const known = sentences[error.code];
  if (known !== undefined) return known;
  if (error.code === 'BAD_INDENT') return `The indentation does not fit what stands above. ${error.message}.`;
  if (error.message.startsWith('Missing closing')) {
    return `A quote that was opened is never closed: ${error.message.endsWith('"quote') ? '`"`' : "`'`"} is missing.`;
  }
  if (error.code === 'MISSING_CHAR' && error.message.startsWith('Implicit map keys')) {
    return 'A `:` is missing after this key, or the indentation is off.';
  }
  const message = error.message.replace(/\s+/g, ' ').trim();
  return `${message}${/[.?]$/.test(message) ? '' : '.'}`;
}
