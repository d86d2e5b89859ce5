import type { Colors } from 'picocolors/types';
import type { AuditFinding, AuditReport, AuditedPart } from '../../protocol/audit';
import { plural } from '../../plural';

/** An audit for people: by part what was found where, with the fingerprint by which it is allowed. */
export function auditText({ verdict, parts, findings, omitted }: AuditReport, out: Colors): string {
  const bodies = parts.map(part =>
    partText(
      part,
      findings.filter(one => one.part === part.part),
      out,
    ),
  );
  const more = omitted > 0 ? out.dim(`${plural(omitted, 'more finding')} left out.\n`) : '';
  const mark = {
    pass: out.green('✓ nothing found'),
    review: out.yellow('! to be reviewed'),
    block: out.red('✗ found'),
  };
  return `${bodies.join('')}${more}${mark[verdict]}\n`;
}

function partText({ part, verdict, sentence }: AuditedPart, own: readonly AuditFinding[], out: Colors): string {
  const mark = { pass: out.green('✓'), review: out.yellow('!'), block: out.red('✗') }[verdict];
  return `${mark} ${out.bold(part)}  ${sentence}\n${own.map(finding => findingText(finding, out)).join('')}`;
}

function findingText({ verdict, severity, file, line, column, ...finding }: AuditFinding, out: Colors): string {
  const { rule, sentence, fix, fingerprint } = finding;
  const label = verdict === 'block' ? out.red(`block ${severity}`) : out.yellow(`review ${severity}`);
  const place = [file, line, column].filter(part => part !== undefined).join(':');
  const more = fix === undefined ? '' : out.dim(` ${fix}`);
  return `  ${label}  ${place}  ${sentence}${more}${out.dim(`  ${rule} ${fingerprint}`)}\n`;
}
