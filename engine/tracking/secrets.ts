/** Names of files whose content is never copied, as git's pathspec globs (any case, in any folder). */
export const SECRET_FILES: readonly string[] = [
  '.env',
  '.env.*',
  '*.env',
  '*.pem',
  '*.key',
  '*.p8',
  '*.p12',
  '*.pfx',
  '*.jks',
  '*.keystore',
  '*.kdbx',
  '*.ovpn',
  '*.tfstate',
  '*.tfstate.*',
  '*.tfvars',
  'id_*',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.pypirc',
  '.pgpass',
  '.htpasswd',
  '.git-credentials',
  '.dockercfg',
  'kubeconfig',
  '*credential*',
  '*secret*',
  'service-account*.json',
  '.aws/**',
  '.ssh/**',
  '.kube/**',
  '.docker/**',
  '.gnupg/**',
];

const SECRET_NAMES = SECRET_FILES.map(glob => {
  const [name = glob] = glob.split('/'); // of a folder all is meant
  const pattern = name.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`, 'i');
});

/** Whether the content of a file is never copied, by its path with `/`. */
export const isSecretFile = (file: string): boolean =>
  file.split('/').some(name => SECRET_NAMES.some(pattern => pattern.test(name)));

const HIDDEN = '[redacted]';

/** What tells itself by its form, wherever it stands. */
const TOKENS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g, // AWS access keys
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{15,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g, // Slack
  /\bAIza[\w-]{30,}/g, // Google
  /\bya29\.[\w-]{20,}/g,
  /\bsk-[\w-]{16,}/g, // OpenAI, Anthropic
  /\b[rs]k_(?:live|test)_\w{10,}/g, // Stripe
  /\bhf_[A-Za-z0-9]{20,}/g,
  /\bnpm_[A-Za-z0-9]{20,}/g,
  /\bpypi-[\w-]{20,}/g,
  /\bdapi[a-f0-9]{32}\b/g, // Databricks
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g, // SendGrid
  /\beyJ[\w-]{10,}\.[\w-]{5,}\.[\w-]*/g, // JSON Web Tokens
];

/** A private key, also one that a diff shows only the beginning of. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$(?![\s\S]))/g;
/** Lines out of the middle of a key. */
const BASE64_LINE = /^([+\- ]?\s*)[A-Za-z0-9+/]{60,}={0,2}\s*$/gm;
const IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/:@"']*:[^\s/@"']+@/gi;
const BEARER = /\b(bearer|basic)(\s+)[\w.~+/=-]{8,}/gi;
/** `DB_PASSWORD = "…"`, `api-key: …`, `--token …`, `"clientSecret": "…"` */
const ASSIGNED =
  /((?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|auth[_-]?key|private[_-]?key|credential)[\w-]*["']?(?:\s*(?::=|=>|[:=])\s*|(?<=--[\w-]*)\s+))("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s,;"']+)/gi;

/** The text with what looks like a secret taken out. Rather too much than too little. */
export function redact(text: string): string {
  let result = text
    .replace(PRIVATE_KEY, HIDDEN)
    .replace(BASE64_LINE, `$1${HIDDEN}`)
    .replace(IN_URL, `$1${HIDDEN}@`)
    .replace(BEARER, `$1$2${HIDDEN}`);
  for (const token of TOKENS) result = result.replace(token, HIDDEN);
  return result.replace(ASSIGNED, `$1${HIDDEN}`);
}
