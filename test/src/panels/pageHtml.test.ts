// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from 'vitest';

const vscode = vi.hoisted(() => ({
  l10n: { bundle: undefined as Record<string, string> | undefined },
  env: { language: 'en' },
  workspace: { isTrusted: false, getConfiguration: () => ({ get: () => ['auc'] }) },
}));
vi.mock('vscode', () => vscode);

const { insideScript, insideStyle } = await import('../../../src/panels/pageCode');
const { pageHtml } = await import('../../../src/panels/pageHtml');

const code = { script: 'globalThis.wasRun = 1 < 2;', style: 'body > p { color: red }' };
const runSubject = { page: 'run', folder: 'file:///w', runId: 'a'.repeat(32) };
const experiments = { page: 'experiments', folder: 'file:///w', selected: [] };
const html = (subject: object = runSubject): string => pageHtml(code, subject as never);
const page = (subject?: object): Document => new DOMParser().parseFromString(html(subject), 'text/html');

/** Directive -> its sources. */
function policyOf(document: Document): Map<string, string[]> {
  const meta = document.querySelectorAll('meta[http-equiv="Content-Security-Policy"]');
  expect(meta).toHaveLength(1);
  const directives = meta[0]!.getAttribute('content')!.split(';');
  return new Map(directives.map(directive => directive.trim().split(/\s+/)).map(([name, ...from]) => [name!, from]));
}

beforeEach(() => {
  vscode.l10n.bundle = undefined;
  vscode.env.language = 'en';
});

describe.each([runSubject, experiments])('the document of the page $page', subject => {
  test('lets nothing in but what it names', () => {
    const policy = policyOf(page(subject));
    expect(policy.get('default-src')).toEqual([`'none'`]);
    expect([...policy.keys()].sort()).toEqual([
      ...['base-uri', 'default-src', 'form-action', 'img-src', 'script-src', 'style-src'],
    ]);
    for (const name of ['base-uri', 'form-action']) expect(policy.get(name), name).toEqual([`'none'`]);
  });

  test('runs scripts by their nonce alone, a new one each time', () => {
    const nonces = Array.from({ length: 20 }, () => {
      const document = page(subject);
      const [source, ...more] = policyOf(document).get('script-src')!;
      expect(more).toEqual([]);
      const nonce = /^'nonce-([\w-]{24})'$/.exec(source!)?.[1];
      const scripts = [...document.querySelectorAll('script')];
      expect(scripts.map(script => [script.getAttribute('nonce'), script.textContent])).toEqual([[nonce, code.script]]);
      return nonce;
    });
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  test('takes inline styles, and nothing else that is inline or made from text', () => {
    for (const [name, sources] of policyOf(page(subject)))
      expect(
        sources.filter(source => source.startsWith(`'unsafe-`)),
        name,
      ).toEqual(name === 'style-src' ? [`'unsafe-inline'`] : []);
    expect(
      [...page(subject).querySelectorAll('*')].flatMap(({ attributes }) => [...attributes].map(a => a.name)),
    ).not.toContainEqual(expect.stringMatching(/^on/));
  });

  test('is complete in itself: no file and no address is asked for while it opens', () => {
    const document = page(subject);
    expect(document.querySelectorAll('[src], [href], link')).toHaveLength(0);
    expect([...document.querySelectorAll('style')].map(style => style.textContent)).toEqual([code.style]);
    for (const [name, sources] of policyOf(document))
      expect(
        sources.filter(source => !source.startsWith(`'`)),
        name,
      ).toEqual(name === 'img-src' ? ['data:'] : []);
  });
});

describe('code inside a document', () => {
  test('a script cannot end its element, or hide its end in a comment, and says the same', () => {
    const texts = ['</script>', '</SCRIPT >', '<!-- <script>', '<!--', '<Script src=x>'];
    const script = insideScript(`return ${JSON.stringify(texts)}`);
    expect(script).not.toMatch(/<!--|<\/?script/i);
    expect(new Function(script)()).toEqual(texts);
    expect(insideScript('a<b; a<!b; x = a <script_;')).toContain('a<b; a<!b;');
  });

  test('a style sheet cannot end its element', () => {
    expect(insideStyle('a::after { content: "</style><b>" } a > b {}')).toBe(
      'a::after { content: "\\3C /style><b>" } a > b {}',
    );
  });
});

test('what a page is told stays text, whatever it holds', () => {
  const nasty = { ...runSubject, folder: `file:///"><script>alert('&amp;')</script>` };
  vscode.env.language = '"><b>';
  vscode.l10n.bundle = { 'Overview"': '</body><script>' };
  const document = page(nasty);
  expect(document.querySelectorAll('script, b')).toHaveLength(1);
  expect(document.body.children).toHaveLength(1);
  const init = JSON.parse(document.body.dataset['init']!);
  expect(init.subject).toEqual(nasty);
  expect(init.strings).toEqual(vscode.l10n.bundle);
  expect(document.documentElement.lang).toBe(vscode.env.language);
});

test('a page is handed its texts in the language of the editor', async () => {
  vscode.env.language = 'de';
  vscode.l10n.bundle = { Overview: 'Überblick' };
  const { t, useStrings } = await import('../../../webview/shared/l10n');
  const init = JSON.parse(page().body.dataset['init']!);
  useStrings(init.strings, init.language);
  expect([t('Overview'), t('Curves')]).toEqual(['Überblick', 'Curves']);
  useStrings({}, 'en');
});
