import type { Watcher } from './watcher';
import { Broken } from './stack';
import type { ObjectValue, Value } from './values';
import { joblibWrappers } from './joblibArray';
import { called, holds, isKind } from './values';

interface Call {
  readonly callee: Value;
  readonly args: Value;
  readonly offset: number;
}

/** `REDUCE`: calls anything. */
export function callObject(watcher: Watcher, call: Call): Value {
  const { callee, args, offset } = call;
  if (!isKind(callee, 'global')) return computed(watcher, call);
  watcher.called(callee);
  if (makers.test(callee.name) && isKind(args, 'tuple') && isKind(args.items[0], 'global')) {
    const wrong = callee.rule.verdict === 'pass' ? callee.rule.check?.(args) : undefined;
    if (wrong !== undefined) unsafe(watcher, call, `It calls ${callee.name} ${wrong}.`);
    return object(args.items[0], args);
  }
  noWrapper(call);
  const { rule } = callee;
  if (rule.verdict === 'pass' && !rule.call) {
    const sentence = `It calls ${callee.name} with arguments of its own, which its kind of models never does.`;
    watcher.problem({ kind: 'unsafe-call', offset, global: callee.name, sentence });
  }
  const wrong = rule.verdict === 'pass' ? rule.check?.(args) : undefined;
  if (wrong !== undefined) unsafe(watcher, call, `It calls ${callee.name} ${wrong}.`);
  return object(callee, args);
}

/** What does no more than `NEWOBJ`. */
const makers = /^(?:copyreg|copy_reg):(?:_reconstructor|__newobj__)$/;

function unsafe(watcher: Watcher, { callee, offset }: Call, sentence: string): void {
  watcher.problem({ kind: 'unsafe-call', offset, sentence, ...(isKind(callee, 'global') && { global: callee.name }) });
}

/** An array of joblib that is made in a way of which the scan would not know: what its reader takes would be missed. */
function noWrapper({ args, offset }: Call): void {
  if (holds(args, joblibWrappers)) throw new Broken('it hands the class of joblib for arrays to a function', offset);
}

/** `NEWOBJ`: `cls.__new__(cls, *args)`, without the constructor. */
export function makeInstance(watcher: Watcher, call: Call): Value {
  const { callee, args } = call;
  if (!isKind(callee, 'global')) return computed(watcher, call);
  watcher.called(callee);
  noWrapper(call);
  return object(callee, args);
}

/** `OBJ` and `INST`: the constructor where there are arguments, else `__new__`, if it is a class. */
export function instantiate(watcher: Watcher, call: Call): Value {
  const isEmpty = isKind(call.args, 'tuple') && call.args.items.length === 0;
  return isEmpty && isKind(call.callee, 'global') ? makeInstance(watcher, call) : callObject(watcher, call);
}

/** Items or attributes are set on what is no container of the pickle's own. */
export function changeTarget(watcher: Watcher, target: Value, offset: number): void {
  if (isKind(target, 'object')) return;
  if (isKind(target, 'global')) {
    const sentence = `It sets attributes or items of ${target.name} itself, for all that use it.`;
    watcher.problem({ kind: 'patched-class', offset, global: target.name, sentence });
  } else {
    const sentence = `It changes ${called(target)}, of which nobody can tell what it is.`;
    watcher.problem({ kind: 'computed-call', offset, sentence });
  }
}

function computed(watcher: Watcher, { callee, offset }: Call): Value {
  if (!isKind(callee, 'object', 'unknown')) throw new Broken(`it calls ${called(callee)}`, offset);
  watcher.called(callee);
  const sentence = `It calls ${called(callee)}: what that is comes out only when it is loaded.`;
  watcher.problem({ kind: 'computed-call', offset, sentence });
  return { kind: 'unknown' };
}

const object = (of: ObjectValue['of'], args: Value): ObjectValue => ({ kind: 'object', of, args, state: undefined });
