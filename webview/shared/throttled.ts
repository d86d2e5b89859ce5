/** Runs at most once every `ms`: at once when it has been quiet, else at the end of the pause. */
export function throttled(ms: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const rest = (): void => {
    timer = undefined;
    if (!isWanted) return;
    isWanted = false;
    start();
  };
  const start = (): void => {
    timer = setTimeout(rest, ms);
    run();
  };
  return () => {
    if (timer === undefined) start();
    else isWanted = true;
  };
}
