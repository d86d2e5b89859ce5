import type { Say } from '../say';
import type { Box } from '../svg/frame';
import { widestTick, xAxis, yAxis } from '../svg/frame';
import { el, pathOf } from '../svg/node';
import { scaleOf, tickText } from '../svg/scale';
import type { Plot } from './plot';

/** How something went, step by step. */
export interface Course {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** `best` stands out, `ended` is what was given up on its way. */
  readonly kind: 'best' | 'other' | 'ended';
  readonly run?: string;
}

export interface CoursesOptions {
  readonly courses: readonly Course[];
  readonly x: string;
  readonly y: string;
  readonly t: Say;
}

const order = ['ended', 'other', 'best'] as const;

function noteOf(shown: readonly Course[], t: Say): string {
  const ended = shown.filter(({ kind }) => kind === 'ended').length;
  const pruned = ended > 0 ? [t('The {0} dashed ones were pruned.', ended)] : [];
  const best = shown.some(({ kind }) => kind === 'best') ? [t('The wide line is the best.')] : [];
  return [shown.length === 1 ? t('1 trial.') : t('{0} trials.', shown.length), ...pruned, ...best].join(' ');
}

/** Lines of many courses in one picture: where those were that were given up. */
export function courses({ courses: all, x: xName, y: yName, t }: CoursesOptions): Plot {
  const shown = order.flatMap(kind => all.filter(course => course.kind === kind && course.points.length > 0));
  const ended = shown.filter(({ kind }) => kind === 'ended').length;
  const points = shown.flatMap(course => course.points);
  return {
    title: t('Intermediate values'),
    summary: t('{0} trials, of which {1} were pruned.', shown.length, ended),
    note: noteOf(shown, t),
    columns: [t('Trial'), xName, yName],
    rows: shown.flatMap(({ label, points: own }) => own.map(point => [label, point.x, point.y])),
    draw(width, look) {
      const height = 320;
      const [top, bottom] = [12, height - 42];
      const y = scaleOf({ values: points.map(point => point.y), pixels: [bottom, top], nice: true });
      const box: Box = { left: 34 + widestTick(y), right: width - 14, top, bottom };
      const x = scaleOf({ values: points.map(point => point.x), pixels: [box.left, box.right] });
      const whole = { ...x, ticks: x.ticks.filter(Number.isInteger) };
      const lines = shown.map(({ points: own, kind }) =>
        el('path', {
          d: pathOf(own.map(point => [x.at(point.x), y.at(point.y)] as const)),
          fill: 'none',
          stroke: look.stroke(kind === 'best' ? 1 : 0).color,
          'stroke-width': kind === 'best' ? 3 : 1.2,
          'stroke-opacity': kind === 'best' ? 1 : 0.55,
          'stroke-dasharray': kind === 'ended' ? '3 3' : undefined,
        }),
      );
      const hits = shown.flatMap(({ label, points: own, run }) => {
        const last = own.at(-1);
        if (last === undefined) return [];
        const text = `${label}: ${yName} ${tickText(Number(last.y.toPrecision(5)))}`;
        return [{ x: x.at(last.x), y: y.at(last.y), text, ...(run !== undefined && { run }) }];
      });
      // a single value is no line
      const dots = shown.flatMap(({ points: own, kind }) => {
        const [only, another] = own;
        if (only === undefined || another !== undefined) return [];
        return [
          el('circle', {
            cx: x.at(only.x),
            cy: y.at(only.y),
            r: 2.5,
            fill: look.stroke(kind === 'best' ? 1 : 0).color,
          }),
        ];
      });
      return {
        height,
        node: el(
          'g',
          {},
          yAxis(y, box, { look, label: yName }),
          xAxis(whole, box, { look, label: xName }),
          ...lines,
          ...dots,
        ),
        hits,
      };
    },
  };
}
