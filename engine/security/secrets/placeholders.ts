/** What stands where a secret would, in examples, templates and programs. */
const patterns: readonly RegExp[] = [
  /^(?:true|false|null|none|undefined|nil)$/i,
  /^(.)\1*$/, // one character again and again
  /EXAMPLE(?:KEY)?$/,
  /^\$\{[^}]*\}?$|^\$\(?[A-Za-z_]\w*\)?$|^%\w+%?$|^@\w+@$/, // variables
  /\{\{.*|\$\{/,
  /^<[^>]*>?$|^\[[^\]]*\]?$|^\*+|\.{3}$|…/,
  /^(?:x{4,}|0{6,}|1234567890?|abcdefg?h?)$/i,
  /^(?:[A-Za-z]:)?[./~][\w./ -]*$/, // paths
  /^(?:os\.environ|process\.env|getenv|env\.|secrets\.|vars\.|self\.|this\.|params\.|config\.|settings\.)/i,
];

const words = [
  ...['abcdefghijklmnopqrstuvwxyz', 'placeholder', 'changeme', 'change_me', 'replaceme', 'replace_me', 'redacted'],
  ...['dummy', 'example', 'your_', 'your-', 'my_secret', 'notasecret', 'not-a-secret', 'xxxxxx', '00000000', 'todo'],
];

/** Whether a text only stands where a secret would. */
export function isPlaceholder(text: string): boolean {
  const small = text.toLowerCase();
  return patterns.some(pattern => pattern.test(text)) || words.some(word => small.includes(word));
}

/** Parts of names that go with assignments without being secret. */
const harmlessNames =
  /(?:public|primary|foreign|sort|cache|partition|column|index|join|group|row|order|map|dict|label|feature|target|id)[_-]?keys?$|key_?(?:name|id|path|file|type|size|length)$|token_?(?:type|count|limit|s|izer|url|ids?|length|path|file|name)$|(?:max|num|n|pad|eos|bos|sep|cls|unk|mask|stop|special|total|input|output|prompt)_?tokens?|tokeniz|(?:author|keyword|keyboard|monkey|password_?(?:hash|reset|policy|field|file|path|url))/i;

/** Whether what a name is given is hardly ever a secret. */
export const isHarmlessName = (name: string): boolean => harmlessNames.test(name);
