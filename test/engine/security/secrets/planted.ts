import { randomTexts } from './randomTexts';

/** A secret as it stands in a file, made now, so that this repository has none. */
export interface Planted {
  readonly rule: string;
  readonly secret: string;
  /** The text around it. */
  readonly before: string;
  readonly after: string;
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = upper.toLowerCase();
const digits = '0123456789';
const word = upper + lower + digits;
const hex = '0123456789abcdef';
const base32 = `${upper}234567`;

/** One of each, by the parts of which it is made. */
export function planted(): readonly Planted[] {
  const text = randomTexts(7);
  const all: Planted[] = [];
  const plant = (rule: string, secret: string, [before, after]: readonly [string, string] = ['value = "', '"']): void =>
    void all.push({ rule, secret, before, after });
  plant('aws-access-key-id', `AK${'IA'}${text(base32, 16)}`);
  plant('aws-secret-access-key', text(`${word}/+`, 40), ['aws_secret_access_key = ', '']);
  plant('gcp-api-key', `AI${'za'}${text(word, 35)}`);
  plant('gcp-client-secret', `GOC${'SPX'}-${text(word, 28)}`);
  plant('azure-storage-key', `${text(word, 86)}==`, [
    'DefaultEndpointsProtocol=https;AccountName=a;Account' + 'Key=',
    ';',
  ]);
  plant('azure-client-secret', `${text(lower, 3)}8${'Q~'}${text(word, 34)}`);
  plant('digitalocean-token', `dop${'_v1_'}${text(hex, 64)}`);
  plant('vault-token', `hv${'s.'}${text(word, 90)}`);
  plant('terraform-token', `${text(word, 14)}.atl${'asv1'}.${text(word, 62)}`);
  plant('pulumi-token', `pu${'l-'}${text(hex, 40)}`);
  plant('github-token', `gh${'p_'}${text(word, 36)}`);
  plant('github-token', `gh${'s_'}${text(word, 36)}`);
  plant('github-fine-grained', `github${'_pat_'}${text(word, 22)}_${text(word, 59)}`);
  plant('gitlab-token', `gl${'pat-'}${text(word, 20)}`);
  plant('gitlab-token', `gl${'rt-'}${text(word, 20)}`);
  plant('npm-token', `np${'m_'}${text(lower + digits, 36)}`);
  plant('npm-auth', text(word, 32), ['//registry.example.org/:_auth' + 'Token=', '']);
  plant('pypi-token', `py${'pi-'}AgEIcHlwaS5vcmc${text(word, 70)}`);
  plant('rubygems-key', `ruby${'gems_'}${text(hex, 48)}`);
  plant('docker-token', `dck${'r_pat_'}${text(word, 27)}`);
  plant('openai-key', `s${'k-'}${text(word, 20)}T3Blbk${'FJ'}${text(word, 20)}`);
  plant('openai-key', `s${'k-proj-'}${text(word, 74)}T3Blbk${'FJ'}${text(word, 74)}`);
  plant('anthropic-key', `sk-${'ant-api03'}-${text(word, 93)}AA`);
  plant('huggingface-token', `h${'f_'}${text(lower, 34)}`);
  plant('databricks-token', `da${'pi'}${text(hex, 32)}`);
  plant('slack-token', `xo${'xb-'}${text(digits, 12)}-${text(digits, 13)}-${text(word, 24)}`);
  plant('slack-webhook', `https://hooks.sl${'ack.com/services/'}T${text(word, 9)}/B${text(word, 9)}/${text(word, 24)}`);
  plant('telegram-token', `${text('123456789', 9)}:A${'A'}${text(word, 33)}`, ['telegram_bot = "', '"']);
  plant('stripe-key', `sk_${'live_'}${text(word, 24)}`);
  plant('stripe-key', `rk_${'test_'}${text(word, 24)}`);
  plant('shopify-token', `shp${'at_'}${text(hex, 32)}`);
  plant('sendgrid-token', `S${'G.'}${text(word, 22)}.${text(word, 43)}`);
  plant('mailchimp-key', `${text(hex, 32)}-u${'s20'}`, ['MAILCHIMP_API_KEY: ', '']);
  plant('twilio-key', `S${'K'}${text(hex, 32)}`);
  plant('linear-key', `lin${'_api_'}${text(word, 40)}`);
  plant('postman-key', `PM${'AK-'}${text(hex, 24)}-${text(hex, 34)}`);
  plant('newrelic-key', `NR${'AK-'}${text(upper + digits, 27)}`);
  plant('grafana-token', `gl${'sa_'}${text(word, 32)}_${text(hex, 8)}`);
  plant('age-key', `AGE-SECRET-${'KEY-1'}${text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`);
  plant('jwt', `e${'y'}JhbGciOiJIUzI1NiJ9.e${'y'}${text(word, 40)}.${text(word, 43)}`);
  plant('url-password', text(word, 14), ['db: postgres' + 'ql://app:', '@db.example.org:5432/credit']);
  plant('password', `${text(word, 10)}7a`, ['DB_PASS' + 'WORD="', '"']);
  plant('generic-secret', `${text(word, 30)}3z`, ['client_' + 'secret: ', '']);
  plant('generic-secret', `${text(hex, 32)}`, ['MY_API_' + "KEY = '", "'"]);
  plant('issuer-key', text(hex, 32), ['datadog_' + 'app: "', '"']);
  return all;
}

/** What looks like secrets and is none. */
export const harmless: readonly string[] = [
  'api_key = os.environ["SERVICE_API_KEY"]',
  'password: ${{ secrets.DB_PASSWORD }}',
  'token = "<your token>"',
  `aws_access_key_id = ${'AKIA'}IOSFODNN7EXAMPLE`,
  'max_tokens = 4096000000',
  'primary_key: customer_id_2024_applications',
  `sha256_key = "${'ab12'.repeat(16)}"`,
  'url: https://user:password@example.org',
  'secret_name: projects/credit-scoring/database',
  'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased-2019")',
  'key: age_at_application',
  'password = getpass.getpass("Password for credit2: ")',
  'uri: http://localhost:5000/api/2.0/mlflow',
  `- uses: actions/checkout@${'0a'.repeat(20)}`,
];
