const textOf = ({ textContent }: Element): string => textContent.replace(/^★ /, '');

/** Draws a place anew; the button that had the focus, known by its text, has it again. */
export function keepFocus(place: HTMLElement, draw: () => void): void {
  const { activeElement } = document;
  const text = activeElement && place.contains(activeElement) ? textOf(activeElement) : undefined;
  draw();
  if (text === undefined) return;
  const buttons = [...place.querySelectorAll<HTMLElement>('button, vscode-button')];
  buttons.find(one => textOf(one) === text)?.focus({ preventScroll: true });
}
