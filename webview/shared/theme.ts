/** Whether the editor shows one of its high-contrast themes. */
export const isHighContrast = (): boolean => document.body.classList.contains('vscode-high-contrast');

/** The value of a colour of the theme, e.g. `--vscode-charts-blue`; the first of the names that there is. */
export function themeColor(...names: readonly string[]): string {
  const styles = getComputedStyle(document.body);
  for (const name of names) {
    const value = name.startsWith('--') ? styles.getPropertyValue(name).trim() : name;
    if (value !== '') return value;
  }
  return styles.color;
}

/** Calls back when the person has switched to another theme. */
export function onThemeChange(listener: () => void): () => void {
  let last = fingerprint();
  const observer = new MutationObserver(() => {
    const next = fingerprint();
    if (next === last) return;
    last = next;
    listener();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  // VS Code hands the colours over as a style of the root element, after or before the class.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}

const fingerprint = (): string =>
  [document.body.className, document.body.dataset['vscodeThemeId'], document.documentElement.style.cssText].join('|');
