import { h } from './dom';

/** A button that looks like a link; `label` is read out instead of its text. */
export const linkButton = (
  text: string,
  onClick: () => unknown,
  { label, title }: { readonly label?: string; readonly title?: string } = {},
): HTMLElement =>
  h(
    'button',
    {
      class: 'link',
      attrs: { type: 'button', 'aria-label': label },
      on: { click: () => void onClick() },
      ...(title !== undefined && { title }),
    },
    text,
  );
