/** Where comments can be written. */
export const commentHosts = ['github', 'gitlab', 'azure'] as const;
export type CommentHost = (typeof commentHosts)[number];

/** One comment of a pull request, of which there is at most one with a marker by the same author. */
export interface CommentThread {
  /** Characters that a comment may have. */
  readonly most: number;
  /** Our comment whose text begins with the marker; undefined when there is none. */
  find(marker: string): Promise<string | undefined>;
  create(text: string): Promise<void>;
  /** `id`: of `find`. */
  update(id: string, text: string): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;
