import { h } from './dom';

export interface SliderOptions {
  readonly label: string;
  readonly min?: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  readonly format: (value: number) => string;
  readonly onInput: (value: number) => void;
}

/** A named slider with its value beside it. The toolkit has none; the browser's own has the keyboard and the role. */
export function slider({ label, min = 0, max, step, value, format, onInput }: SliderOptions): HTMLElement {
  const input = h('input', { attrs: { type: 'range', min, max, step, value } });
  const shown = h('output', { class: 'mono' }, format(value));
  const say = (): void => {
    shown.textContent = format(input.valueAsNumber);
    input.setAttribute('aria-valuetext', format(input.valueAsNumber));
  };
  say();
  input.addEventListener('input', () => {
    say();
    onInput(input.valueAsNumber);
  });
  return h('label', { class: 'slider' }, h('span', null, label), input, shown);
}
