import type { SecretRule } from './rule';

type Row = readonly [id: string, title: string, pattern: RegExp, more: Partial<SecretRule>];

const rule = (...[id, title, pattern, more]: Row): SecretRule => ({
  ...{ id, title, pattern, keywords: [], severity: 'critical' },
  ...more,
});

/**
 * Tokens whose issuers gave them a format of their own, by what the issuers document or issue. What stands before and
 * after a token is never a part of a longer word.
 */
export const formats: readonly SecretRule[] = [
  // clouds
  rule('aws-access-key-id', 'AWS access key id', /\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}\b/g, {
    ...{ keywords: ['akia', 'asia', 'abia', 'acca', 'a3t'], entropy: 2.7 },
  }),
  rule('aws-bedrock-key', 'Amazon Bedrock API key', /\bABSK[A-Za-z0-9+/]{100,280}={0,2}/g, { keywords: ['absk'] }),
  rule('gcp-api-key', 'Google API key', /\bAIza[\w-]{35}(?![\w-])/g, { keywords: ['aiza'], entropy: 3 }),
  rule('gcp-client-secret', 'Google OAuth client secret', /\bGOCSPX-[\w-]{28}(?![\w-])/g, { keywords: ['gocspx-'] }),
  rule('gcp-access-token', 'Google access token', /\bya29\.[\w-]{30,}/g, { keywords: ['ya29.'] }),
  rule('azure-storage-key', 'Azure storage account key', /\bAccountKey=([A-Za-z0-9+/]{86}==)/gi, {
    keywords: ['accountkey='],
  }),
  rule('azure-client-secret', 'Azure client secret', /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~-])/g, {
    keywords: ['q~'],
    entropy: 3,
  }),
  rule('azure-shared-access', 'Azure shared access signature', /[?&;]sig=([A-Za-z0-9%+/]{40,100}(?:=|%3D))/gi, {
    keywords: ['sig='],
  }),
  rule('azure-connection-key', 'Azure shared access key', /\bSharedAccessKey=([A-Za-z0-9+/]{43}=)/gi, {
    keywords: ['sharedaccesskey='],
  }),
  rule('alibaba-access-key', 'Alibaba Cloud access key', /\bLTAI[A-Za-z0-9]{20}\b/g, {
    keywords: ['ltai'],
    entropy: 3,
  }),
  rule('digitalocean-token', 'DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{64}\b/g, { keywords: ['_v1_'] }),
  rule('heroku-key', 'Heroku API key', /\bHRKU-AA[\w-]{58}(?![\w-])/g, { keywords: ['hrku-'] }),
  rule('cloudflare-ca-key', 'Cloudflare origin CA key', /\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b/g, {
    keywords: ['v1.0-'],
  }),
  rule('fly-token', 'Fly.io token', /\b(?:fo1_[\w-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{100,}={0,3})/g, {
    keywords: ['fo1_', 'fm1', 'fm2_'],
  }),
  rule('vault-token', 'HashiCorp Vault token', /\bhv[sbr]\.[\w-]{24,}/g, {
    keywords: ['hvs.', 'hvb.', 'hvr.'],
    entropy: 3,
  }),
  rule('terraform-token', 'Terraform Cloud token', /\b[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/g, {
    keywords: ['.atlasv1.'],
  }),
  rule('pulumi-token', 'Pulumi token', /\bpul-[a-f0-9]{40}\b/g, { keywords: ['pul-'] }),
  rule('doppler-token', 'Doppler token', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,50}/g, {
    keywords: ['dp.'],
  }),
  rule('openshift-token', 'OpenShift token', /\bsha256~[\w-]{43}(?![\w-])/g, { keywords: ['sha256~'] }),
  // code and packages
  rule('github-token', 'GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g, {
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    entropy: 3,
  }),
  rule('github-fine-grained', 'GitHub fine-grained token', /\bgithub_pat_\w{82}\b/g, {
    keywords: ['github_pat_'],
    entropy: 3,
  }),
  rule(
    'gitlab-token',
    'GitLab token',
    /\b(?:gl(?:pat|dt|rt|rtr|ptt|ft|soat|agent|imt|cbt|oas|wt|ffct)-[\w-]{20,}(?:\.[\w-]+)*|GR1348941[\w-]{20})/g,
    {
      ...{ keywords: ['gl', 'gr1348941'], entropy: 3 },
    },
  ),
  rule('bitbucket-token', 'Atlassian token', /\bAT(?:ATT3|BB|CTT3)[\w=-]{28,250}/g, {
    keywords: ['atatt3', 'atbb', 'atctt3'],
    entropy: 3.3,
  }),
  rule('npm-token', 'npm token', /\bnpm_[A-Za-z0-9]{36}\b/g, { keywords: ['npm_'], entropy: 2.5 }),
  rule('npm-auth', 'npm registry password', /:_(?:authToken|auth|password)\s*=\s*["']?([\w+/=.-]{16,})/g, {
    keywords: [':_auth', ':_password'],
    entropy: 3,
  }),
  rule('pypi-token', 'PyPI token', /\bpypi-AgE[\w-]{50,}/g, { keywords: ['pypi-age'], entropy: 3 }),
  rule('rubygems-key', 'RubyGems key', /\brubygems_[a-f0-9]{48}\b/g, { keywords: ['rubygems_'] }),
  rule('crates-token', 'crates.io token', /\bcio[A-Za-z0-9]{32}\b/g, { keywords: ['cio'], entropy: 3.5 }),
  rule('nuget-key', 'NuGet key', /\boy2[a-z0-9]{43}\b/g, { keywords: ['oy2'], entropy: 3.5 }),
  rule('docker-token', 'Docker Hub token', /\bdckr_(?:pat|oat)_[\w-]{27,32}(?![\w-])/g, { keywords: ['dckr_'] }),
  rule('artifactory-token', 'Artifactory token', /\b(?:AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59})\b/g, {
    keywords: ['akcp', 'cmvmd'],
    entropy: 4,
  }),
  rule('clojars-token', 'Clojars token', /\bCLOJARS_[a-z0-9]{60}\b/gi, { keywords: ['clojars_'] }),
  rule('sourcegraph-token', 'Sourcegraph token', /\bsgp_(?:(?:[a-f0-9]{16}|local)_)?[a-f0-9]{40}\b/g, {
    keywords: ['sgp_'],
  }),
  rule('octopus-key', 'Octopus Deploy key', /\bAPI-[A-Z0-9]{26}\b/g, { keywords: ['api-'], entropy: 3 }),
  // models and data
  rule(
    'openai-key',
    'OpenAI key',
    /\bsk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,}T3BlbkFJ[\w-]{20,}|(?:proj|svcacct|admin)-[\w-]{40,}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})/g,
    {
      ...{ keywords: ['sk-'], entropy: 3 },
    },
  ),
  rule('anthropic-key', 'Anthropic key', /\bsk-ant-(?:api|admin|oat|ort)\d\d-[\w-]{80,120}/g, {
    keywords: ['sk-ant-'],
  }),
  rule('huggingface-token', 'Hugging Face token', /\b(?:hf_|api_org_)[A-Za-z]{34}\b/g, {
    keywords: ['hf_', 'api_org_'],
    entropy: 2,
  }),
  rule('groq-key', 'Groq key', /\bgsk_[A-Za-z0-9]{52}\b/g, { keywords: ['gsk_'], entropy: 3 }),
  rule('replicate-token', 'Replicate token', /\br8_[A-Za-z0-9]{37}\b/g, { keywords: ['r8_'], entropy: 3 }),
  rule('perplexity-key', 'Perplexity key', /\bpplx-[A-Za-z0-9]{48}\b/g, { keywords: ['pplx-'] }),
  rule('xai-key', 'xAI key', /\bxai-[A-Za-z0-9]{70,90}\b/g, { keywords: ['xai-'] }),
  rule('databricks-token', 'Databricks token', /\bdapi[a-f0-9]{32}(?:-\d)?\b/g, { keywords: ['dapi'], entropy: 3 }),
  rule('langsmith-key', 'LangSmith key', /\bls(?:v2_(?:pt|sk)|__)_?[a-f0-9]{32}(?:_[a-f0-9]{10})?\b/g, {
    keywords: ['lsv2_', 'ls__'],
  }),
  rule('pinecone-key', 'Pinecone key', /\bpcsk_\w{50,80}\b/g, { keywords: ['pcsk_'] }),
  rule('wandb-key', 'Weights & Biases key', /\bwandb(?:_v1_\w{40,}|[\w.-]{0,30}["'\s:=,(]{1,6}([a-f0-9]{40})\b)/gi, {
    keywords: ['wandb'],
    entropy: 3,
  }),
  rule('kaggle-key', 'Kaggle key', /"username"\s*:\s*"[^"]{1,60}"\s*,\s*"key"\s*:\s*"([a-f0-9]{32})"/g, {
    keywords: ['"key"'],
    entropy: 3,
  }),
  rule('prefect-key', 'Prefect key', /\bpn[ub]_[A-Za-z0-9]{36}\b/g, { keywords: ['pnu_', 'pnb_'] }),
  rule('planetscale-token', 'PlanetScale token', /\bpscale_(?:tkn|oauth|pw)_[\w=.-]{32,64}/g, {
    keywords: ['pscale_'],
  }),
  rule('supabase-token', 'Supabase token', /\bsb(?:p_[a-f0-9]{40}|_secret_[\w-]{20,})/g, {
    keywords: ['sbp_', 'sb_secret_'],
  }),
  rule('airtable-token', 'Airtable token', /\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b/g, { keywords: ['pat'] }),
  // people and payments
  rule('slack-token', 'Slack token', /\bxox(?:[abeoprs]|e\.xox[bp])-(?:\d-)?[A-Za-z0-9-]{10,250}/gi, {
    keywords: ['xox'],
    entropy: 2,
  }),
  rule('slack-app-token', 'Slack app token', /\bxapp-\d-[A-Z0-9]{9,}-\d+-[a-z0-9]{30,}/gi, { keywords: ['xapp-'] }),
  rule(
    'slack-webhook',
    'Slack webhook',
    /\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{40,60}/g,
    { keywords: ['hooks.slack.com'] },
  ),
  rule(
    'teams-webhook',
    'Microsoft Teams webhook',
    /\bhttps:\/\/[\w-]+\.webhook\.office\.com\/webhookb2\/[\w@-]{30,}\/IncomingWebhook\/[a-f0-9]{32}\/[\w-]{30,}/g,
    { keywords: ['webhook.office.com'] },
  ),
  rule(
    'discord-webhook',
    'Discord webhook',
    /\bhttps:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/\d{15,20}\/[\w-]{60,72}/g,
    { keywords: ['/api/webhooks/'] },
  ),
  rule('discord-token', 'Discord bot token', /\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/g, {
    keywords: ['discord'],
    entropy: 4,
  }),
  rule('telegram-token', 'Telegram bot token', /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g, { keywords: [':aa'] }),
  rule('stripe-key', 'Stripe key', /\b(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,110}\b/g, {
    keywords: ['k_live_', 'k_test_', 'k_prod_'],
    entropy: 2.5,
  }),
  rule('stripe-webhook', 'Stripe webhook secret', /\bwhsec_[A-Za-z0-9+/]{32,64}={0,2}/g, {
    keywords: ['whsec_'],
    entropy: 3,
  }),
  rule('square-token', 'Square token', /\b(?:sq0(?:atp|csp)-[\w-]{22,43}|EAAA[\w-]{60})(?![\w-])/g, {
    keywords: ['sq0', 'eaaa'],
    entropy: 3,
  }),
  rule('shopify-token', 'Shopify token', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g, { keywords: ['shp'] }),
  rule('sendgrid-token', 'SendGrid token', /\bSG\.[\w-]{20,24}\.[\w-]{39,50}/g, { keywords: ['sg.'], entropy: 3 }),
  rule('mailgun-key', 'Mailgun key', /\bkey-[a-f0-9]{32}\b/g, { keywords: ['key-'], entropy: 3 }),
  rule('mailchimp-key', 'Mailchimp key', /\b[a-f0-9]{32}-us\d{1,2}\b/g, { keywords: ['-us'], entropy: 3 }),
  rule('brevo-key', 'Brevo key', /\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b/g, { keywords: ['xkeysib-'] }),
  rule('twilio-key', 'Twilio key', /\bSK[a-f0-9]{32}\b/g, { keywords: ['sk'], entropy: 3 }),
  rule('linear-key', 'Linear key', /\blin_(?:api|oauth)_[A-Za-z0-9]{40,64}\b/g, { keywords: ['lin_'] }),
  rule('notion-token', 'Notion token', /\b(?:ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})\b/g, {
    keywords: ['ntn_', 'secret_'],
    entropy: 4,
  }),
  rule('postman-key', 'Postman key', /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/gi, { keywords: ['pmak-'] }),
  rule('newrelic-key', 'New Relic key', /\b(?:NR(?:AK|II|AA|JS)-[A-Za-z0-9-]{19,40}|[a-f0-9]{36}NRAL)\b/g, {
    keywords: ['nr'],
    entropy: 3,
  }),
  rule(
    'grafana-token',
    'Grafana token',
    /\b(?:glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|eyJrIjoi[A-Za-z0-9]{70,400}={0,3})/g,
    {
      keywords: ['glc_', 'glsa_', 'eyjrijoi'],
    },
  ),
  rule('sentry-token', 'Sentry token', /\bsntry(?:u_[a-f0-9]{64}|s_[A-Za-z0-9+/=_]{60,300})/g, { keywords: ['sntry'] }),
  rule('dynatrace-token', 'Dynatrace token', /\bdt0[cs]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b/gi, { keywords: ['dt0'] }),
  rule('figma-token', 'Figma token', /\bfig[dou]_?[rh]?_?[\w-]{38,44}(?![\w-])/g, {
    keywords: ['figd_', 'figu', 'figo'],
    entropy: 4,
  }),
  rule('easypost-key', 'EasyPost key', /\bEZ[AT]K[A-Za-z0-9]{54}\b/g, { keywords: ['ezak', 'eztk'] }),
  rule(
    '1password-token',
    '1Password key',
    /\b(?:ops_eyJ[A-Za-z0-9+/]{200,}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3})/g,
    {
      keywords: ['ops_eyj', 'a3-'],
    },
  ),
  rule('readme-key', 'ReadMe key', /\brdme_[a-z0-9]{70}\b/g, { keywords: ['rdme_'] }),
  rule('typeform-token', 'Typeform token', /\btfp_[\w.=-]{59}/g, { keywords: ['tfp_'] }),
  rule('dropbox-token', 'Dropbox token', /\bsl\.[\w=-]{130,152}/g, { keywords: ['sl.'], entropy: 4 }),
  rule('facebook-token', 'Facebook token', /\bEAA[MC][A-Za-z0-9]{100,}/g, { keywords: ['eaam', 'eaac'], entropy: 4 }),
  rule('okta-token', 'Okta token', /\b00[\w=-]{40}\b/g, { keywords: ['okta'], entropy: 3.5 }),
  rule('age-key', 'age secret key', /\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b/g, {
    keywords: ['age-secret-key-1'],
  }),
  // everywhere
  rule(
    'private-key',
    'private key',
    /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|[\s"'+,])*[A-Za-z0-9+/=\s\\:,."'+-]{64,}?/g,
    {
      keywords: ['private key'],
    },
  ),
  rule('putty-key', 'PuTTY private key', /\bPuTTY-User-Key-File-\d: [\w-]+[\s\S]{1,4000}?Private-Lines: \d+/g, {
    keywords: ['putty-user-key-file'],
  }),
  rule('jwt', 'JSON web token', /\bey[A-Za-z0-9]{17,}\.ey[\w/\\-]{17,}\.[\w/\\-]{10,}={0,2}/g, {
    keywords: ['ey'],
    entropy: 3,
    severity: 'high',
  }),
];
