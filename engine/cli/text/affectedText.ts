import type { Colors } from 'picocolors/types';
import type { Affected, AffectedAdvice, AffectedVersion, RunNode, ViewNode } from '../../protocol/lineage';
import { kindWords, nodeDetail, nodeName, placeText, placesText } from './lineageWords';
import { plural } from '../../plural';
import { tableText } from './table';

/** What is wrong if something is, for people: what is in use first, what to do last. */
export function affectedText(found: Affected, colors: Colors): string {
  const {
    root,
    versions,
    versionCount,
    liveCount,
    endpoints,
    views,
    viewCount,
    runs,
    runCount,
    data,
    started,
    uses,
    next,
  } = found;
  const name = `${root.kind === 'group' ? '' : `${kindWords[root.kind]} `}${nodeName(root)}`;
  const where = placesText(root);
  const live = versions.filter(({ isLive }) => isLive);
  const others = versions.filter(({ isLive }) => !isLive);
  return [
    `If ${colors.bold(name)} is wrong: ${plural(runCount, 'run')} and ${plural(versionCount, 'model version')} are affected` +
      `${liveCount > 0 ? `, ${colors.red(`${liveCount.toLocaleString('en')} in use NOW`)}` : ', none of them in use'}.\n`,
    where === '' ? '' : `${colors.dim(where)}\n`,
    section('Served now', tableText(endpoints.map(one => [nodeName(one), nodeDetail(one)])), colors),
    section('In use now', versionTable(live), colors),
    section('Other versions', versionTable(others) + more(versionCount - versions.length, 'version'), colors),
    section('Feature views', viewTable(views) + more(viewCount - views.length, 'version'), colors),
    section('Runs', runsLine(runs, runCount), colors),
    section('Data made of it', data.map(one => `${nodeName(one)}\n`).join(''), colors),
    section('Started because of it, on other data', runsLine(started, started.length), colors),
    section(
      'In modelyard.yaml',
      tableText(
        uses.map(({ place, pipeline, step }) => [
          placeText(place),
          step === undefined ? `triggers of ${pipeline}` : `${pipeline}/${step}`,
        ]),
      ),
      colors,
    ),
    section('Next', next.map(advice => `${adviceText(advice)}\n`).join(''), colors),
  ].join('');
}

const section = (title: string, text: string, colors: Colors): string =>
  text === '' ? '' : `\n${colors.bold(title)}\n${text.replace(/^(?=.)/gm, '  ')}`;

const versionTable = (versions: readonly AffectedVersion[]): string =>
  tableText(versions.map(one => [nodeName(one), one.stage, one.aliases.map(alias => `@${alias}`).join(' ')]));

const viewTable = (views: readonly ViewNode[]): string => tableText(views.map(one => [nodeName(one), nodeDetail(one)]));

const more = (count: number, noun: string): string => (count > 0 ? `and ${plural(count, `more ${noun}`)}\n` : '');

function runsLine(runs: readonly RunNode[], count: number): string {
  if (count === 0) return '';
  const rest = count - runs.length;
  return `${runs.map(nodeName).join(' ')}${rest > 0 ? ` and ${plural(rest, 'older run')}` : ''}\n`;
}

function adviceText(advice: AffectedAdvice): string {
  switch (advice.kind) {
    case 'version': {
      const { model, version, stage, instead, hasHeld } = advice;
      const name = `${model}@${version}`;
      if (instead === undefined)
        return `No version of ${model} before ${name} is unaffected. Take it out of use: modelyard models archive ${model} ${version}`;
      // who has held the stage has been through its gates
      const command =
        hasHeld === true
          ? `modelyard models rollback ${model} ${stage} --version ${instead}`
          : `modelyard promote ${model} ${instead} --to ${stage}`;
      return `${name} is in ${stage}; ${model}@${instead} is not affected: ${command}`;
    }
    case 'endpoint': {
      const { model, version, url, instead } = advice;
      const other = instead === undefined ? '' : `: ${model}@${instead} is not affected`;
      return `${url} answers with ${model}@${version}; serve another version${other}.`;
    }
    case 'run':
      return `When it is right again, run ${advice.pipeline}: modelyard run ${advice.pipeline}`;
    case 'program':
      return `When it is right again, run the program: modelyard exec -- ${programText(advice.source)}`;
  }
}

const programText = (source: string): string =>
  `${source.endsWith('.py') ? 'python ' : ''}${/\s/.test(source) ? `'${source}'` : source}`;
