import { nearest } from '../../nearest';
import { plus } from '../compile/arithmetic';
import { over, type Compiled } from '../compile/compiled';
import { isTime, withArticle } from '../compile/coerce';
import type { Call, ExpressionFunction } from '../compile/functionEntry';
import { map1, map2, mapScalars } from '../compile/kernels';
import { ExpressionFlaw, type Span } from '../flaw';
import { dateParts, datePartAliases } from '../times/dateParts';
import { formattedTime, timeFormat, timeOfFormat, type TimeFormat } from '../times/timeFormat';
import { dayOf, msPerDay, possible, timeOf, timeOfText } from '../times/times';
import { unitNames, unitOf, type Unit } from '../times/units';
import { zoneOffset } from '../times/zone';
import { numbersOf } from '../vectors';

const written = (part: Compiled, what: string): string => {
  if (part.literal !== undefined) return part.literal;
  throw new ExpressionFlaw(`${what} is expected in quotes`, part.span);
};

function unknown(name: string, span: Span, names: readonly string[]): ExpressionFlaw {
  const meant = nearest(name, names);
  return new ExpressionFlaw(`'${name}' is no part of a time`, span, {
    fix: `${meant === undefined ? '' : `Did you mean '${meant}'? `}There are ${names.join(', ')}.`,
    ...(meant !== undefined && { nearest: meant }),
  });
}

function datePart([unit, time]: readonly Compiled[], { span }: Call): Compiled {
  const name = written(unit!, 'The part of the time').toLowerCase();
  const singular = dateParts.has(name) || datePartAliases.has(name) ? name : name.replace(/s$/, '');
  const part = dateParts.get(datePartAliases.get(singular) ?? singular);
  if (!part) throw unknown(name, unit!.span, [...dateParts.keys()]);
  const isInterval = time!.type === 'interval';
  if (isInterval && singular !== 'epoch')
    throw new ExpressionFlaw('of an interval there is only its `epoch`, in seconds', time!.span);
  if (!isInterval && !isTime(time!.type) && time!.type !== 'null') throw noTime(time!);
  return over([time!], { type: part.type, span }, batch => map1(numbersOf(time!.run(batch)), batch.rows, part.of));
}

const noTime = ({ type, span }: Compiled): ExpressionFlaw =>
  new ExpressionFlaw(`a date is expected, not ${withArticle(type)}`, span, {
    fix: 'Make a date of a text with `cast(… as date)` or `strptime(…)`.',
  });

function unitOfArgument(part: Compiled): Unit {
  const name = written(part, 'The unit of time');
  const unit = unitOf(name);
  if (!unit) throw unknown(name, part.span, unitNames);
  return unit;
}

function dateTrunc([unitName, time]: readonly Compiled[], { span }: Call): Compiled {
  const unit = unitOfArgument(unitName!);
  const of = (ms: number) => possible(unit.truncate(ms));
  return over([time!], { type: 'datetime', span }, batch => map1(numbersOf(time!.run(batch)), batch.rows, of));
}

const difference =
  (kind: 'boundaries' | 'whole') =>
  ([unitName, from, to]: readonly Compiled[], { span }: Call): Compiled => {
    const unit = unitOfArgument(unitName!);
    const of = (a: number, b: number) => unit[kind](a, b);
    return over([from!, to!], { type: 'integer', span }, batch =>
      map2(numbersOf(from!.run(batch)), numbersOf(to!.run(batch)), { rows: batch.rows, of }),
    );
  };

function formatOf(part: Compiled): TimeFormat {
  const format = timeFormat(written(part, 'The format'));
  if (typeof format !== 'string') return format;
  throw new ExpressionFlaw(`\`${format}\` is no code of a format`, part.span, {
    fix: 'There are %Y, %m, %b, %B, %d, %H, %M, %S, %%.',
  });
}

const parsed =
  (isDay: boolean) =>
  ([text, format]: readonly Compiled[], { span }: Call): Compiled => {
    const pieces = format && formatOf(format);
    const read = (value: string) => (pieces ? timeOfFormat(value, pieces) : timeOfText(value));
    const of = (value: string) => (isDay ? dayOf(read(value)) : read(value));
    return over([text!], { type: isDay ? 'date' : 'datetime', span }, batch =>
      mapScalars([text!.run(batch)], {
        rows: batch.rows,
        texts: false,
        textArgs: [true],
        nulls: false,
        of: ([value]) => (typeof value === 'string' ? of(value) : null),
      }),
    );
  };

function formatted([time, format]: readonly Compiled[], { span }: Call): Compiled {
  const pieces = formatOf(format!);
  return over([time!], { type: 'string', span }, batch =>
    mapScalars([time!.run(batch)], {
      rows: batch.rows,
      texts: true,
      textArgs: [false],
      nulls: false,
      of: ([ms]) => (typeof ms === 'number' ? formattedTime(ms, pieces) : null),
    }),
  );
}

function inZone([time, zone]: readonly Compiled[], { span }: Call): Compiled {
  const name = written(zone!, 'The time zone');
  const offset = zoneOffset(name);
  if (!offset)
    throw new ExpressionFlaw(`'${name}' is no time zone`, zone!.span, { fix: "Write one like 'Europe/Berlin'." });
  const of = (ms: number) => possible(ms + offset(ms));
  return over([time!], { type: 'datetime', span }, batch => map1(numbersOf(time!.run(batch)), batch.rows, of));
}

const partFunctions: readonly ExpressionFunction[] = [...dateParts].map(([name, { of, type, sentence }]) => ({
  name,
  aliases: [...datePartAliases].filter(([, meant]) => meant === name && name !== 'day').map(([alias]) => alias),
  group: 'times',
  signature: `${name}(time)`,
  sentence,
  parameters: ['time'],
  numeric: of,
  result: type,
}));

export const timeFunctions: readonly ExpressionFunction[] = [
  ...partFunctions,
  {
    name: 'date_part',
    aliases: ['datepart'],
    group: 'times',
    signature: "date_part('part', time)",
    sentence: 'A part of a time, as `extract(part from time)`; of an interval its `epoch` (seconds).',
    parameters: ['text', 'any'],
    compile: datePart,
  },
  {
    name: 'date_trunc',
    group: 'times',
    signature: "date_trunc('unit', time)",
    sentence: 'When the year, quarter, month, week (Monday), day, hour, minute or second of a time began.',
    parameters: ['text', 'time'],
    compile: dateTrunc,
  },
  {
    name: 'date_diff',
    aliases: ['datediff'],
    group: 'times',
    signature: "date_diff('unit', from, to)",
    sentence: 'How many units have begun between two times: from 31 December to 1 January it is one year.',
    parameters: ['text', 'time', 'time'],
    compile: difference('boundaries'),
  },
  {
    name: 'date_sub',
    aliases: ['datesub'],
    group: 'times',
    signature: "date_sub('unit', from, to)",
    sentence: 'How many whole units have passed between two times, such as the years of an age.',
    parameters: ['text', 'time', 'time'],
    compile: difference('whole'),
  },
  {
    name: 'days_between',
    group: 'times',
    signature: 'days_between(from, to)',
    sentence: 'Days between two times, with their parts: 1.5 is a day and twelve hours.',
    parameters: ['time', 'time'],
    numeric: (from, to) => (to - from) / msPerDay,
    result: 'number',
  },
  {
    name: 'date_add',
    group: 'times',
    signature: 'date_add(time, interval)',
    sentence: "A time moved by an interval, as `time + interval '3 days'`.",
    parameters: ['any', 'any'],
    compile: ([time, interval], { span }) => plus(time!, interval!, span),
  },
  {
    name: 'in_zone',
    group: 'times',
    signature: "in_zone(time, 'zone')",
    sentence: "The time as clocks in a zone such as 'Europe/Berlin' show it, for parts like `hour(in_zone(…))`.",
    parameters: ['time', 'text'],
    compile: inZone,
  },
  {
    name: 'epoch_ms',
    group: 'times',
    signature: 'epoch_ms(time)',
    sentence: 'Milliseconds since 1970-01-01.',
    parameters: ['time'],
    numeric: ms => Math.floor(ms),
    result: 'integer',
  },
  {
    name: 'to_timestamp',
    group: 'times',
    signature: 'to_timestamp(seconds)',
    sentence: 'The time that is so many seconds after 1970-01-01.',
    parameters: ['number'],
    numeric: seconds => possible(seconds * 1000),
    result: 'datetime',
  },
  {
    name: 'make_date',
    group: 'times',
    signature: 'make_date(year, month, day)',
    sentence: 'A date from its parts; null when there is no such day.',
    parameters: ['integer', 'integer', 'integer'],
    numeric: (year, month, day) => timeOf({ year, month, day }),
    result: 'date',
  },
  {
    name: 'to_date',
    group: 'times',
    signature: "to_date(text[, 'format'])",
    sentence:
      "The date of a text like 2024-12-31, or of a format such as 'DD.MM.YYYY' or '%d.%m.%Y'; null when it is none.",
    parameters: ['text', 'text'],
    required: 1,
    compile: parsed(true),
  },
  {
    name: 'strptime',
    group: 'times',
    signature: "strptime(text, 'format')",
    sentence: "The time of a text in a format such as '%d.%m.%Y %H:%M'; null when it is none.",
    parameters: ['text', 'text'],
    compile: parsed(false),
  },
  {
    name: 'strftime',
    group: 'times',
    signature: "strftime(time, 'format')",
    sentence: "A time as text in a format such as '%Y-%m'.",
    parameters: ['time', 'text'],
    compile: formatted,
  },
];
