const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/;

/** A time in ms since 1970: as pandas and MLflow's page write it (without a zone it is local), or the number itself. */
export function timeOf(text: string): number | undefined {
  if (/^\d{9,16}$/.test(text)) return Number(text);
  const [, year, month, day, hour, minute, second, fraction, zone] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const ms = fraction === undefined ? '' : `.${fraction.slice(1, 4).padEnd(3, '0')}`;
  const offset =
    zone === undefined ? '' : zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${ms}${offset}`);
  return Number.isNaN(time) ? undefined : time;
}

const UNITS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `2.3s`, as MLflow's page writes it, in ms. */
export function durationOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/.exec(text) ?? [];
  const factor = UNITS.get(unit ?? '');
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}
