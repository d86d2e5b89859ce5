declare module 'picomatch' {
  /** A test for paths with `/`. */
  export default function picomatch(
    patterns: string | readonly string[],
    options?: { readonly dot?: boolean },
  ): (path: string) => boolean;
}
