import { calling } from './assemble';
import { denied } from './sample';
import type { Sample } from './sample';

/** Of functions that run or reach something, each called by name; those of advisories among them. */
const gadgets = `
os:system posix:system nt:system subprocess:Popen subprocess:check_output builtins:eval builtins:exec builtins:open builtins:getattr builtins:__import__
__builtin__:eval __builtin__:execfile __builtin__:apply runpy:_run_code pty:spawn socket:create_connection sys:exit pickle:loads _pickle:loads shutil:rmtree
asyncio.unix_events:_UnixSubprocessTransport._start bdb:Bdb.run pdb:run operator:attrgetter operator:methodcaller _operator:attrgetter functools:partial
webbrowser:open http.client:HTTPSConnection requests.api:get aiohttp.client:request urllib.request:urlopen ssl:get_server_certificate
importlib:import_module pkgutil:resolve_name pydoc:locate ctypes:CDLL torch.utils.collect_env:run multiprocessing.util:spawnv_passfds
mlflow.projects.backend.local:_run_entry_point mailcap:findmatch pandas.io.parsers.readers:read_csv numpy.f2py.crackfortran:getlincoef
numpy.testing._private.utils:runstring code:InteractiveInterpreter.runcode cProfile:runctx profile:run trace:Trace.run timeit:timeit doctest:debug_script
ensurepip:_run_pip pip:main idlelib.pyshell:ModifiedInterpreter.runcode idlelib.run:Executive.runcode lib2to3.pgen2.grammar:Grammar.loads imaplib:IMAP4_stream
distutils.file_util:write_file logging:FileHandler _io:FileIO uuid:_get_command_stdout _osx_support:_read_output _aix_support:_read_cmd_output
_pyrepl.pager:pipe_pager test.support.script_helper:assert_python_ok venv:create torch._dynamo.guards:GuardBuilder.get torch._inductor.codecache:compile_file
torch.fx.experimental.symbolic_shapes:ShapeEnv.evaluate_guards_expression torch.jit.unsupported_tensor_ops:execWrapper torch.serialization:load
torch.utils._config_module:ConfigModule.load_config torch.utils.bottleneck.__main__:run_cprofile torch.utils.data.datapipes.utils.decoder:basichandlers
marshal:loads types:CodeType types:FunctionType cloudpickle.cloudpickle:_make_function dill._dill:_create_code joblib:load numpy:load
_posixsubprocess:fork_exec site:addsitedir atexit:register _interpreters:run_string imp:load_source pipes:Template commands:getoutput
`
  .trim()
  .split(/\s+/);

export const gadgetSamples: readonly Sample[] = gadgets.map((name, index) => {
  const [module = '', attribute = ''] = name.split(':');
  return denied(
    `gadget_${String(index).padStart(2, '0')}_${name.replaceAll(/\W+/g, '_')}.pkl`,
    calling(module, attribute),
    name,
  );
});
