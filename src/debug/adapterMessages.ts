import * as v from 'valibot';

const output = v.object({
  type: v.literal('event'),
  event: v.literal('output'),
  body: v.object({ category: v.exactOptional(v.string()), output: v.string() }),
});
const exited = v.object({
  type: v.literal('event'),
  event: v.literal('exited'),
  body: v.object({ exitCode: v.number() }),
});
const terminated = v.object({ type: v.literal('event'), event: v.literal('terminated') });
const leave = v.object({
  type: v.literal('request'),
  command: v.picklist(['terminate', 'disconnect']),
  arguments: v.exactOptional(v.object({ restart: v.exactOptional(v.boolean()) })),
});

/** What matters here of what a debugger says (Debug Adapter Protocol). */
export type AdapterNews =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'terminated' };

export function newsOf(message: unknown): AdapterNews | undefined {
  const said = v.safeParse(output, message);
  if (said.success) {
    const { category, output: text } = said.output.body;
    return category === 'stdout' || category === 'stderr' ? { kind: 'output', text } : undefined;
  }
  const code = v.safeParse(exited, message);
  if (code.success) return { kind: 'exited', code: code.output.body.exitCode };
  return v.is(terminated, message) ? { kind: 'terminated' } : undefined;
}

/** Whether VS Code asks the debugger to end, since somebody has pressed Stop or Restart. */
export function leaveOf(message: unknown): 'stop' | 'restart' | undefined {
  const asked = v.safeParse(leave, message);
  if (!asked.success) return undefined;
  return asked.output.arguments?.restart === true ? 'restart' : 'stop';
}
