/** A metric as people read it: three significant decimals, trailing zeros dropped, never `-0`. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const fixed =
    Math.abs(value) >= 100 ? value.toFixed(1) : Math.abs(value) >= 0.001 ? value.toFixed(3) : value.toPrecision(2);
  const text = fixed.includes('e') ? fixed : fixed.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  return text === '-0' ? '0' : text;
}

/** 0.1895 → `19 %` */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** 0.1444 → `14.4 %`: where it is held against a bound. */
export const shareText = (share: number): string => `${readable(Math.round(share * 1000) / 10)} %`;
