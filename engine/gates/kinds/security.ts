import type { ScanFinding, ScanReport } from '../../protocol/security';
import type { SecurityRule } from '../../protocol/gateRules';
import type { Judgement, Kind } from './kind';

/** Findings that the sentence names. */
const named = 3;

/** A scan of the version's files as they are now, which has found nothing that blocks, and nothing to review. */
export const security: Kind<SecurityRule> = {
  text: ({ allow_review: isLenient }) =>
    `the files of the model are safe to load${isLenient ? ', or to be reviewed' : ''}`,
  judge: (rule, { model, version, scan }): Judgement => {
    if (version === undefined)
      return { held: undefined, sentence: 'Only the files of a registered version are scanned.' };
    if (scan === undefined)
      return { held: undefined, sentence: `The files were not scanned: modelyard scan --model ${model} ${version}.` };
    return judgeReport(rule, scan);
  },
};

function judgeReport(
  { allow_review: isLenient }: SecurityRule,
  { verdict, files, findings, omitted }: ScanReport,
): Judgement {
  const blocking = findings.filter(one => one.verdict === 'block');
  const common = { value: blocking.length, bound: 0 };
  if (verdict === 'pass')
    return { ...common, held: true, sentence: `${count(files.length, 'file')} scanned, nothing found.` };
  const held = verdict === 'review' && isLenient;
  const shown = (verdict === 'block' ? blocking : findings).slice(0, named).map(text);
  const more = (verdict === 'block' ? blocking : findings).length + omitted - shown.length;
  const head =
    verdict === 'block'
      ? 'The files are not safe to load'
      : held
        ? 'To be reviewed, which is allowed here'
        : 'Somebody has to review the files';
  return { ...common, held, sentence: `${head}: ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}` };
}

const text = ({ file, inner, sentence }: ScanFinding): string =>
  `${[file, inner].filter(part => part !== undefined && part !== '').join(' \u203a ')}: ${sentence}`;

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
