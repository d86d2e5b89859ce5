import type { Place } from '../../../engine/protocol/errors';
import type { PreviewCell } from '../../../engine/protocol/featureJoins';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, dateTime } from '../../shared/format';
import { t } from '../../shared/l10n';
import { linkButton } from '../../shared/linkButton';
import { placeText } from '../../shared/placeLink';
import { span, statusOf, valueText } from '../words';

export interface CellSurroundings {
  /** The name of the feature, and of the row, for who does not see where the cell stands. */
  readonly feature: string;
  /** Of the row that asks, ms since 1970. */
  readonly time: number | undefined;
  readonly open: (place: Place) => unknown;
}

/** A value of a row: what it is, why, how old what was matched is and where it stands, and what later knowledge would make of it. */
export function joinCell({ value, status, matched, later }: PreviewCell, about: CellSurroundings): HTMLElement {
  return h(
    'div',
    { class: 'join-cell' },
    h('div', { class: 'join-value', title: value === null ? '' : String(value) }, valueText(value)),
    h('div', null, statusOf(status)),
    matched && h('div', { class: 'muted' }, ...matchedText(matched, about)),
    later && h('div', { class: 'join-later' }, laterText(later, about.time)),
  );
}

function matchedText(
  { event, place, rows }: NonNullable<PreviewCell['matched']>,
  { time, feature, open }: CellSurroundings,
): readonly Child[] {
  const age = event === undefined || time === undefined ? undefined : ageText(time - event);
  const parts: Child[] = [
    rows !== undefined && h('span', null, rows === 1 ? t('1 row within') : t('{0} rows within', count(rows))),
    age !== undefined && h('span', { title: event === undefined ? '' : dateTime(event) }, age),
    place &&
      linkButton(shortPlace(place), () => open(place), {
        title: placeText(place),
        label: t('{0}: open the matched row, {1}', feature, placeText(place)),
      }),
  ];
  return parts.filter(Boolean).flatMap((part, at) => (at > 0 ? [' · ', part] : [part]));
}

/** `3 d before` */
const ageText = (ms: number): string => (ms === 0 ? t('the same moment') : t('{0} before', span(ms)));

/** The name of the file is enough beside others of the same folder. */
const shortPlace = (place: Place): string => placeText({ ...place, file: place.file.replace(/^.*\//, '') });

/** `later: 6,948, known 4 d after` */
function laterText({ value, created }: NonNullable<PreviewCell['later']>, time: number | undefined): string {
  const known = created === undefined || time === undefined ? undefined : created - time;
  return known === undefined || known <= 0
    ? t('later knowledge: {0}', valueText(value))
    : t('later knowledge: {0}, known {1} after', valueText(value), span(known));
}
