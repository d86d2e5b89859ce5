/** SQL files are bundled as text: esbuild's `text` loader, and the same in the unit tests. */
declare module '*.sql' {
  const text: string;
  export default text;
}
