import type { CommentThread } from './hosts';

/** Invisible, and the first thing in the comment. */
const markerOf = (word: string): string => `<!-- modelyard:${word} -->`;

/** Has a text be the one comment with this marker: changes the one that is there, else writes one. */
export async function keepComment(
  thread: CommentThread,
  { marker, text }: { marker: string; text: string },
): Promise<'created' | 'updated'> {
  const head = markerOf(marker);
  const whole = fitting(`${head}\n${text.replace(/\s+$/, '')}\n`, thread.most);
  const id = await thread.find(head);
  if (id === undefined) await thread.create(whole);
  else await thread.update(id, whole);
  return id === undefined ? 'created' : 'updated';
}

const rest = '\n\n… The rest is in the reports of the job.\n';

/** Cut at a line, by code points: half a character would be refused. */
function fitting(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - rest.length);
  return `${cut.slice(0, Math.max(cut.lastIndexOf('\n'), 0))}${rest}`;
}
