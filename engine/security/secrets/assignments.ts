import { isHarmlessName } from './placeholders';
import type { SecretRule } from './rule';

/** Between a name and its value: `=`, `:`, `:=`, `=>`, `,` in languages and formats; quotes also as notebooks have them. */
const given = String.raw`\\?["'\x60\]]?[ \t]{0,5}(?:=|:{1,3}=?|=>|\|\|:|,|>|\()[ \t]{0,5}(?:[rbuf]?\\?["'\x60]|(?=[\w/+-]))`;
/** After an unquoted or quoted value. */
const end = String.raw`(?=\\?["'\x60]|[\s;,)}\]&<#]|\\n|$)`;
const words = [
  'secret',
  'token',
  'passw',
  'pwd',
  'credential',
  'creds',
  'api_key',
  'apikey',
  'api-key',
  'auth',
  'key',
  'access',
];
const named = new RegExp(
  String.raw`(?:secret|token|passwo?r?d|passwd|pwd|credentials?|creds|api[_. -]?key|auth|key|access)[\w.-]{0,20}${given}([\w.=+/~!@#%^&*$-]{8,150})${end}`,
  'gim',
);

/** Issuers whose keys look like nothing in particular; a name that has them is given one. */
const issuers =
  'adafruit|adobe|algolia|asana|azure|bitbucket|bittrex|clarifai|cohere|codecov|coinbase|comet|confluent|contentful|datadog|droneci|dropbox|dynatrace|elastic|etsy|fastly|finicity|finnhub|flickr|freshbooks|gitter|gemini|heroku|hubspot|intercom|jira|atlassian|confluence|kraken|kucoin|launchdarkly|linkedin|lob|looker|mailgun|mapbox|mattermost|messagebird|mistral|neptune|netlify|newrelic|nytimes|okta|plaid|rapidapi|sendbird|sentry|snowflake|snyk|squarespace|sumologic|travis|trello|twitch|twitter|together|voyage|yandex|zendesk';
const issued = new RegExp(String.raw`(?:${issuers})[\w.-]{0,30}${given}([A-Za-z0-9_=-]{16,150})${end}`, 'gim');

const hasDigit = /\d/;
const hasLetter = /[A-Za-z]/;
/** A name with dots, a call, a word, a constant. */
const isCode =
  /^[A-Za-z_$][\w$-]{0,24}(?:\.[\w$-]{1,24})+$|^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$|^[A-Za-z_]\w*\(|^[a-z]+(?:[-_][a-z]+)+$|^[A-Z][A-Z_]+$/;
const isHash = /^(?:[a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64})$/;
const isPassword = /passw|pwd/i;

/** A hash is rather a hash, unless its name says what it is. */
function isSecret(secret: string, name: string): boolean {
  return isValue(secret, name) && (!isHash.test(secret) || /secret|token|passw|api[_. -]?key|auth|access/i.test(name));
}

function isValue(secret: string, name: string): boolean {
  if (isHarmlessName(name) || isCode.test(secret) || !hasDigit.test(secret) || !hasLetter.test(secret)) return false;
  return !/(?:sha\d*|digest|md5|checksum|integrity|hash)/i.test(name);
}

/** Values that only the name tells: of issuers without a format, and of whatever is called secret, token, password, key. */
export const assignments: readonly SecretRule[] = [
  {
    ...{ id: 'aws-secret-access-key', title: 'AWS secret access key', severity: 'critical', entropy: 3 },
    keywords: ['secret'],
    pattern: new RegExp(
      String.raw`secret[_. -]?(?:access)?[_. -]?key[\w.-]{0,20}${given}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
      'gi',
    ),
  },
  {
    ...{ id: 'issuer-key', title: 'key of a service', severity: 'high', entropy: 3, keywords: issuers.split('|') },
    pattern: issued,
    holds: isValue,
  },
  {
    ...{ id: 'password', title: 'password', severity: 'high', entropy: 2.75, keywords: ['passw', 'pwd'] },
    pattern: named,
    holds: (secret, name) => isPassword.test(name) && isSecret(secret, name),
  },
  {
    ...{
      id: 'generic-secret',
      title: 'value that is called a secret',
      severity: 'high',
      entropy: 3.5,
      keywords: words,
    },
    pattern: named,
    holds: (secret, name) => secret.length >= 10 && isSecret(secret, name),
  },
  {
    ...{ id: 'url-password', title: 'password in an address', severity: 'high', keywords: ['://'] },
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#@"'`<>\\]{0,60}:([^\s:/?#@"'`<>\\]{3,100})@[^\s/"'`<>@\\]{1,200}/gi,
    holds: secret => !/^(?:pass(?:word)?|pwd|secret|user(?:name)?|token|\*+)$/i.test(secret),
  },
  {
    ...{
      id: 'authorization',
      title: 'authorization of a request',
      severity: 'high',
      entropy: 3,
      keywords: ['authorization', 'x-api-key'],
    },
    pattern:
      /\b(?:authorization|x-api-key|x-auth-token)["']?\s{0,3}[:=,]\s{0,3}["']?(?:basic |bearer |token )?([\w=~@.+/-]{16,300})/gi,
    holds: isCredential,
  },
  {
    ...{ id: 'netrc', title: 'password in a netrc', severity: 'high', keywords: ['machine'] },
    pattern: /\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(\S{3,200})/g,
  },
];

function isCredential(secret: string): boolean {
  return hasDigit.test(secret) && hasLetter.test(secret) && !isCode.test(secret);
}
