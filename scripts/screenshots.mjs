/**
 * `npm run screenshots [-- NAME ...]`: takes every picture of the documentation from the product itself, into
 * docs/images/: VS Code in a browser with the extension loaded, on a fresh copy of the sample. Needs a Chromium, as the
 * UI tests do.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root } from './checkout.mjs';

/** Each leaves the window as it is to be seen and gives the part to keep; they run in this order. */
const scenes = {
  'problems.png': problems,
  'completion.png': completion,
  'lenses.png': lenses,
  'sidebar.png': sidebar,
  'gates.png': gates,
  'run-overview.png': page => openRun(page, 'Overview'),
  'run-evaluation.png': page => openRun(page, 'Evaluation'),
  'run-folds.png': folds,
  'overview.png': overview,
  'pipeline-plan.png': pipelinePlan,
  'pipeline-data.png': pipelineData,
  'lineage.png': lineage,
  'experiments.png': experiments,
  'model-overview.png': page => openModel(page, 'overview', '.stages'),
  'model-changes.png': page => openModel(page, 'changes', '#view-changes table'),
  'model-benchmarks.png': page => openModel(page, 'benchmarks', '.chart canvas'),
  'model-serving.png': page => openModel(page, 'serving', '#view-serving table'),
  'features-join.png': featuresJoin,
  'running.png': running,
};

/** Those of the sample with features; all others are of credit-scoring. */
const ofFeatures = new Set(['features-join.png']);

const images = path.join(root, 'docs', 'images');
const failures = path.join(root, 'test-results');
const size = { width: 1400, height: 900 };
const settings = {
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.wordBasedSuggestions': 'off',
  'editor.scrollBeyondLastLine': false,
  'editor.stickyScroll.enabled': false,
  'breadcrumbs.enabled': false,
  'workbench.colorTheme': 'Light Modern',
};
let sample;
let hasVersions = false;

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !(name in scenes));
checkNode();
if (unknown.length === 0) {
  await takeAll(wanted.length > 0 ? wanted : Object.keys(scenes));
} else {
  console.error(`There is no picture ${unknown.join(', ')}; there are ${Object.keys(scenes).join(', ')}.`);
  process.exitCode = 2;
}

async function takeAll(names) {
  await ensureInstalled();
  await ensureBuilt();
  // Imported late: these need the installed packages.
  const { chromium } = await import('playwright-core');
  const { launchOptions, newContext } = await import('../test/host/browser.mjs');
  const { findChromium } = await import('../test/host/chromium.mjs');
  const { installHost } = await import('../test/host/install.mjs');
  const { startServer } = await import('../test/host/server.mjs');
  const { workbenchUrl } = await import('../test/host/workbench.mjs');
  const { copySample } = await import('../test/host/workspace.mjs');
  for (const folder of [images, failures]) await mkdir(folder, { recursive: true });
  await installHost();
  const scoring = await copySample('credit-scoring');
  const features = await copySample('credit-default');
  if (names.some(name => !ofFeatures.has(name)))
    for (const pipeline of ['network', 'train', 'compare'])
      execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), 'run', pipeline], { cwd: scoring.folder });
  const server = await startServer({ link: [root], settings });
  const browser = await chromium.launch({ ...launchOptions, executablePath: await findChromium(console.log) });
  try {
    for (const name of names) {
      sample = ofFeatures.has(name) ? features : scoring;
      const url = workbenchUrl(server, { folder: sample.folder });
      // A webview of a busy browser stays blank now and then: a second window shows it.
      const once = async () => take(name, { url, ...(await newContext(browser)) });
      await once().catch(once);
    }
  } finally {
    await browser.close();
    await server.stop();
    for (const copy of [scoring, features]) await copy.remove();
  }
}

/** A fresh window for each picture: nothing of the one before is in it. */
async function take(name, { url, context }) {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.setViewportSize(size);
  const config = path.join(sample.folder, 'modelyard.yaml');
  const before = await readFile(config);
  try {
    await page.goto(url);
    await page.locator('.activitybar .action-label[aria-label^="Modelyard"]').click({ timeout: 90_000 });
    await row(page, 'register').first().waitFor();
    const clip = await scenes[name](page);
    await page.mouse.move(size.width / 2, page.viewportSize().height - 3); // nothing is hovered in the picture
    await page.waitForTimeout(800);
    await page.screenshot({ path: path.join(images, name), ...(clip && { clip }) });
    console.log(`docs/images/${name}`);
  } catch (error) {
    await page.screenshot({ path: path.join(failures, `failed-${name}`) });
    throw new Error(`${name}: ${error.message} (see test-results/failed-${name})`, { cause: error });
  } finally {
    await writeFile(config, before);
    await page.goto('about:blank'); // lets the window say goodbye to its extension host
    await context.close();
  }
}

/** A row of the side bar. */
function row(page, text) {
  return page.locator('.part.sidebar .monaco-list-row', { hasText: text });
}

function picks(page, text = '') {
  return page.locator('.quick-input-list .monaco-list-row', { hasText: text });
}

async function quickInput(page, key, text) {
  await page.keyboard.press(key);
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(text);
}

async function command(page, title) {
  await quickInput(page, 'F1', `>${title}`);
  await picks(page, title).first().click();
}

async function openConfig(page) {
  await quickInput(page, 'Control+P', 'modelyard.yaml');
  await picks(page, 'modelyard.yaml').first().click();
  await page.locator('.codelens-decoration a', { hasText: 'Run' }).first().waitFor();
  await page.waitForTimeout(1500); // the last results come after the lenses
}

/** Puts the cursor behind a text of modelyard.yaml, and its line near the top. */
async function goTo(page, text) {
  const lines = (await readFile(path.join(sample.folder, 'modelyard.yaml'), 'utf8')).split('\n');
  const at = lines.findIndex(line => line.includes(text));
  await quickInput(page, 'Control+G', `:${at + 1}:${lines[at].indexOf(text) + text.length + 1}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

async function box(page, selector, part = {}) {
  const found = await page.locator(selector).first().boundingBox();
  return { ...found, ...part };
}

/** Drags the edge of the side bar. */
async function widen(page, width) {
  const { x, width: now } = await box(page, '.part.sidebar');
  await page.mouse.move(x + now + 2, 450);
  await page.mouse.down();
  await page.mouse.move(x + width, 450, { steps: 8 });
  await page.mouse.up();
}

/** The document of the visible webview. */
function webview(page) {
  return page.locator('iframe.webview.ready').filter({ visible: true }).contentFrame().frameLocator('#active-frame');
}

async function problems(page) {
  const config = path.join(sample.folder, 'modelyard.yaml');
  const text = await readFile(config, 'utf8');
  const wrong = text.replace('stratify: creditability', 'stratify: creditabilty').replace('scale:', 'scle:');
  await writeFile(config, wrong.replace('needs: prepare', 'needs: prepair'));
  await openConfig(page);
  await command(page, 'Problems: Focus on Problems View');
  await page.locator('.markers-panel .monaco-list-row', { hasText: 'creditabilty' }).first().click();
  const editor = await box(page, '.part.editor');
  return { ...editor, height: size.height - editor.y - 150 };
}

async function completion(page) {
  await openConfig(page);
  await goTo(page, 'drop: [personal_status_and_sex');
  await page.keyboard.type(', ');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'age_in_years' }).waitFor();
  const { x, y, height } = await box(page, '.part.editor');
  return { x, y: y + height - 560, width: 900, height: 560 };
}

async function lenses(page) {
  await openConfig(page);
  await page.locator('.codelens-decoration a', { hasText: 'Plan: ' }).first().waitFor();
  const { x, y } = await box(page, '.part.editor');
  return { x, y: y + 34, width: 900, height: 700 };
}

async function sidebar(page) {
  await widen(page, 430);
  await row(page, 'network').first().locator('.monaco-tl-twistie').click();
  await page.waitForTimeout(500);
  return box(page, '.part.sidebar');
}

async function gates(page) {
  await command(page, 'Modelyard: Promote Model…');
  await picks(page, 'production').click();
  await picks(page, 'selection_rate_ratio').waitFor();
  const { x, y, width, height } = await box(page, '.quick-input-widget');
  return { x: x - 20, y: 0, width: width + 40, height: y + height + 20 };
}

/** The page of the newest run of `train`. */
async function openRun(page, tab) {
  await row(page, 'r-2').first().click();
  await webview(page).getByText('expected_cost').first().waitFor();
  await webview(page).getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(2000); // charts grow
}

async function folds(page) {
  await page.setViewportSize({ width: 1400, height: 1020 });
  await row(page, 'r-3').first().click();
  await webview(page).getByRole('tab', { name: 'Evaluation' }).click();
  await webview(page).getByText('linear − trees').first().waitFor();
  await page.waitForTimeout(2000); // charts grow
}

/** The three together, in a larger window. */
async function overview(page) {
  await page.setViewportSize({ width: 1600, height: 960 });
  await openConfig(page);
  await goTo(page, 'slices: [');
  await openRun(page, 'Evaluation');
  await command(page, 'View: Move Editor into Right Group');
  await webview(page).getByText('ROC curve').first().waitFor();
  const { x } = await box(page, '.split-view-view:nth-child(2) .editor-group-container');
  await page.mouse.move(x, 450);
  await page.mouse.down();
  await page.mouse.move(x - 210, 450, { steps: 8 });
  await page.mouse.up();
  await page.waitForTimeout(2000);
}

async function experiments(page) {
  await command(page, 'Modelyard: Compare Runs');
  for (const run of ['r-1', 'r-2'])
    await webview(page)
      .getByRole('checkbox', { name: `Compare ${run}` })
      .click();
  await webview(page).getByRole('button', { name: 'Make r-1' }).click();
  await page.waitForTimeout(3000);
}

/** The page of a pipeline alone, as wide as the window. */
async function openPipeline(page, name) {
  await command(page, 'Modelyard: Open Pipeline Graph');
  await picks(page, name).first().click();
  await webview(page).getByRole('heading', { level: 1, name }).waitFor();
  await page.keyboard.press('Control+B');
}

async function pipelinePlan(page) {
  const config = path.join(sample.folder, 'modelyard.yaml');
  await writeFile(
    config,
    (await readFile(config, 'utf8')).replace('learner: logistic, C: 0.1', 'learner: logistic, C: 0.05'),
  );
  await openPipeline(page, 'train');
  await webview(page)
    .getByRole('button', { name: /^train, will run/ })
    .click();
  await webview(page)
    .getByRole('row', { name: /^with.C 0.1 0.05/ })
    .waitFor();
  return box(page, '.part.editor');
}

async function pipelineData(page) {
  await openPipeline(page, 'train');
  await webview(page)
    .getByRole('row', { name: /^r-\d+ done/ })
    .getByRole('button')
    .first()
    .click();
  await webview(page).getByRole('checkbox', { name: 'Data' }).click();
  await webview(page)
    .getByRole('button', { name: /^model version/ })
    .waitFor();
  await webview(page).getByRole('button', { name: 'Fit into the window (0)' }).click();
  return box(page, '.part.editor', { height: 640 });
}

async function lineage(page) {
  await command(page, 'Modelyard: Show Lineage…');
  await picks(page, 'applications').first().click();
  await webview(page)
    .getByRole('button', { name: /^model version/ })
    .waitFor();
  await page.keyboard.press('Control+B');
  await webview(page)
    .getByRole('button', { name: /^dataset version/ })
    .focus();
  await page.keyboard.press('ArrowRight');
  await webview(page).getByRole('complementary', { name: 'Chosen' }).waitFor();
  await webview(page).getByRole('button', { name: 'Fit into the window (0)' }).click();
  return box(page, '.part.editor', { height: 760 });
}

/** Two more versions, described, decided on and tested; for the pictures of the model's page alone. */
async function makeVersions() {
  if (hasVersions) return;
  hasVersions = true;
  const config = path.join(sample.folder, 'modelyard.yaml');
  const before = await readFile(config, 'utf8');
  const cli = (...args) =>
    execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args], { cwd: sample.folder });
  for (const c of ['0.05', '0.08']) {
    await writeFile(config, before.replace('learner: logistic, C: 0.1', `learner: logistic, C: ${c}`));
    cli('run', 'train');
  }
  await writeFile(config, before);
  cli('alias', 'credit-risk', 'champion', '2', '--reason', 'least expected cost');
  const description =
    'Probability that an applicant **does not pay back**. Trained on [German Credit](https://archive.ics.uci.edu).';
  cli(
    'models',
    'describe',
    'credit-risk',
    `${description}\n\n- not for amounts above 20,000\n- reviewed every quarter`,
  );
  cli('models', 'tag', 'credit-risk', 'team=risk', 'tier=1');
  cli('test-serving', 'credit-risk', '3', '--seconds', '2');
}

async function openModel(page, tab, shown) {
  await makeVersions();
  await command(page, 'Modelyard: Open Model');
  await page.keyboard.press('Control+B');
  await webview(page).locator(`#tab-${tab}`).click();
  if (tab === 'changes') await chooseBeside(page, 'v2');
  await webview(page).locator(shown).first().waitFor();
  await page.waitForTimeout(2000); // charts grow
  return box(page, '.part.editor', { height: tab === 'serving' ? 560 : 860 });
}

async function chooseBeside(page, text) {
  await webview(page).locator('vscode-dropdown[aria-label="Beside"]').click();
  await webview(page).locator('vscode-option:visible', { hasText: text }).first().click();
  await webview(page).getByText('Parameters').first().waitFor();
}

/** What each row of the outcomes is given, and why. */
async function featuresJoin(page) {
  await command(page, 'Modelyard: Preview Join…');
  await picks(page, 'default-risk').first().click();
  await picks(page, 'outcomes').first().click();
  const input = page.locator('.quick-input-widget', { hasText: 'the time of each row' });
  await input.waitFor();
  const times = picks(page, 'asked_at');
  if (await times.isVisible()) await times.click();
  else {
    await input.locator('input.input').fill('asked_at');
    await page.keyboard.press('Enter');
  }
  await webview(page).locator('.join-table tbody tr').first().waitFor();
  await page.keyboard.press('Control+B');
  await page.waitForTimeout(2000); // charts grow
  return box(page, '.part.editor', { height: 820 });
}

async function running(page) {
  // what has not changed is taken from earlier runs: a step that is to be seen running has to be another one
  const config = path.join(sample.folder, 'modelyard.yaml');
  const other = (await readFile(config, 'utf8')).replace(
    'learner: logistic, C: 0.1',
    'learner: neural-network, hidden: [96, 48]',
  );
  await writeFile(config, other);
  await openConfig(page);
  await page.locator('.codelens-decoration a', { hasText: 'Run' }).first().click();
  const spinner = page.locator('.codicon-modifier-spin, .codicon-loading');
  await page
    .locator('.part.sidebar .monaco-list-row[aria-level="2"]', { has: spinner, hasText: 'train' })
    .waitFor({ timeout: 60_000 });
  await page.waitForTimeout(300);
  return { x: 0, y: 0, width: 1000, height: 560 };
}
