const vscode = require('vscode');
const { spawn } = require('node:child_process');
const { pathToFileURL } = require('node:url');

/**
 * A debug adapter as far as the tests need one. Node's is like the real one in that it tells no exit code, Python's in
 * that it tells it.
 */
class Adapter {
  constructor({ configuration }) {
    this.configuration = configuration;
    this.sent = new vscode.EventEmitter();
    this.onDidSendMessage = this.sent.event;
    this.breakpoints = [];
    this.configured = new Promise(resolve => (this.configure = resolve));
  }

  handleMessage({ seq, command, arguments: asked = {} }) {
    const answer = (body, success = true) =>
      this.sent.fire({ seq: 0, type: 'response', request_seq: seq, command, success, body });
    const handle = {
      initialize: () => {
        answer({ supportsConfigurationDoneRequest: true, supportsTerminateRequest: true });
        this.tell('initialized');
      },
      launch: () =>
        this.launch(asked).then(
          () => answer(),
          error => answer({ error: { id: 1, format: String(error) } }, false),
        ),
      setBreakpoints: () => {
        for (const { line } of asked.breakpoints) this.breakpoints.push({ path: asked.source.path, line });
        answer({ breakpoints: asked.breakpoints.map(({ line }) => ({ verified: true, line })) });
      },
      configurationDone: () => (answer(), this.configure()),
      threads: () => answer({ threads: [{ id: 1, name: 'main' }] }),
      stackTrace: () => answer({ stackFrames: this.frames(), totalFrames: this.frames().length }),
      scopes: () => answer({ scopes: [] }),
      evaluate: () =>
        this.cdp('Debugger.evaluateOnCallFrame', {
          callFrameId: this.paused.callFrames[0].callFrameId,
          expression: asked.expression,
          returnByValue: true,
        }).then(({ result }) => answer({ result: String(result.value), variablesReference: 0 })),
      continue: () => this.cdp('Debugger.resume').then(() => answer({ allThreadsContinued: true })),
      terminate: () => (this.child.kill('SIGKILL'), answer()),
      disconnect: () => (this.child?.kill('SIGKILL'), answer()),
    };
    (handle[command] ?? (() => answer({})))();
  }

  tell(event, body) {
    this.sent.fire({ seq: 0, type: 'event', event, body });
  }

  async launch({ type, program, module, args, cwd, env, runtimeExecutable, runtimeArgs, python, pythonArgs }) {
    await this.configured;
    const isNode = type === 'node';
    const set = Object.fromEntries(Object.entries({ ...process.env, ...env }).filter(([, value]) => value !== null));
    const words = isNode
      ? [...runtimeArgs, '--inspect-brk=127.0.0.1:0', program, ...args]
      : [...pythonArgs, ...(module ? ['-m', module] : [program]), ...args];
    this.child = spawn(isNode ? runtimeExecutable : python, words, { cwd, env: set });
    this.child.once('exit', code => {
      if (!isNode && code !== null) this.tell('exited', { exitCode: code });
    });
    this.child.once('close', () => this.tell('terminated'));
    const say = category => chunk => this.tell('output', { category, output: String(chunk) });
    this.child.stdout.on('data', say('stdout'));
    if (!isNode) return void this.child.stderr.on('data', say('stderr'));
    const url = await new Promise(resolve =>
      this.child.stderr.on('data', chunk => {
        const [found] = /ws:\/\/\S+/.exec(String(chunk)) ?? [];
        if (found) resolve(found);
        else if (!/^(Debugger attached|Waiting for the debugger|For help)/.test(String(chunk))) say('stderr')(chunk);
      }),
    );
    await this.inspect(url);
  }

  /** Chrome's protocol with the program: breakpoints, then off it goes. */
  async inspect(url) {
    this.socket = new WebSocket(url);
    this.waiting = new Map();
    this.socket.onmessage = ({ data }) => this.hear(JSON.parse(data));
    await new Promise(resolve => (this.socket.onopen = resolve));
    await this.cdp('Runtime.enable');
    await this.cdp('Debugger.enable');
    for (const { path, line } of this.breakpoints)
      await this.cdp('Debugger.setBreakpointByUrl', { url: pathToFileURL(path).href, lineNumber: line - 1 });
    await this.cdp('Runtime.runIfWaitingForDebugger');
  }

  cdp(method, params = {}) {
    const id = this.waiting.size + 1;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise(resolve => this.waiting.set(id, resolve));
  }

  hear({ id, result, method, params }) {
    if (id !== undefined) return this.waiting.get(id)?.(result);
    if (method === 'Runtime.executionContextDestroyed') this.socket.close(); // it waits for that before it ends
    if (method !== 'Debugger.paused') return;
    this.paused = params;
    if (params.hitBreakpoints.length === 0) void this.cdp('Debugger.resume');
    else this.tell('stopped', { reason: 'breakpoint', threadId: 1, allThreadsStopped: true });
  }

  frames() {
    return (this.paused?.callFrames ?? []).map(({ functionName, location }, id) => ({
      ...{ id, name: functionName || 'main', line: location.lineNumber + 1, column: location.columnNumber + 1 },
      source: { path: this.configuration.program },
    }));
  }

  dispose() {
    this.child?.kill('SIGKILL');
    this.sent.dispose();
  }
}

exports.activate = ({ subscriptions }) => {
  for (const type of ['node', 'debugpy'])
    subscriptions.push(
      vscode.debug.registerDebugAdapterDescriptorFactory(type, {
        createDebugAdapterDescriptor: session => new vscode.DebugAdapterInlineImplementation(new Adapter(session)),
      }),
    );
};
