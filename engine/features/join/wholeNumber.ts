const pattern = /^(-?(?:0|[1-9]\d*))(?:\.0+)?$/;

/** The one way to write the whole number that a text is: `7` for `7.0`, `0` for `-0`. Undefined: it is none, as `01` and `1e3`. */
export function wholeNumberText(text: string): string | undefined {
  const whole = pattern.exec(text.trim())?.[1];
  return whole === '-0' ? '0' : whole;
}
