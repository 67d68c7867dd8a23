import { execFile } from 'node:child_process'

/** The result of Python's own parser for a module. */
export interface PythonModule {
  /** Set when it can't be compiled. */
  readonly error?: { readonly line: number; readonly message: string }
  /** Names at its top: functions, classes, variables, imports. */
  readonly names: readonly string[]
  /** Top-level packages that it imports in any case when it is loaded, without those of Python itself. */
  readonly imports: readonly string[]
  /** More names may come: `from x import *`, `__getattr__`, `globals()`. */
  readonly open: boolean
}

export interface PythonSources {
  /** Version of the machine's Python: `[3, 11]`. */
  readonly version: readonly [number, number]
  readonly modules: readonly PythonModule[]
}

/** Reads files, runs nothing of them: their texts come in JSON on standard input. */
const reader = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
own = set(getattr(sys, "stdlib_module_names", ())) | set(sys.builtin_module_names)

def read(path):
    module = {"names": [], "imports": [], "open": False}
    try:
        with open(path, "rb") as file:
            source = file.read()
        tree = compile(source, path, "exec", ast.PyCF_ONLY_AST)
        compile(source, path, "exec", 0, True)
    except (SyntaxError, ValueError) as error:
        module["error"] = {"line": getattr(error, "lineno", None) or 1, "message": getattr(error, "msg", None) or str(error)}
        return module
    walk(tree.body, module, True)
    module["open"] = module["open"] or "__getattr__" in module["names"] or b"globals()" in source
    return module

def walk(body, module, always):
    names = module["names"]
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                names.append(alias.asname or alias.name.split(".")[0])
                module["open"] = module["open"] or alias.name == "*"
            if always and not getattr(node, "level", 0):
                wanted = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                module["imports"].extend(name.split(".")[0] for name in wanted)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.extend(name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
        else:
            names.extend(name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store))
            for field in ("body", "orelse", "finalbody"):
                walk(getattr(node, field, []), module, always and isinstance(node, ast.With))
            for handler in getattr(node, "handlers", []):
                walk(handler.body, module, False)

modules = [read(path) for path in json.load(sys.stdin)]
for module in modules:
    module["imports"] = sorted(name for name in set(module["imports"]) if name not in own)
json.dump({"version": sys.version_info[:2], "modules": modules}, sys.stdout)
`

/**
 * Asks the machine's Python about files; one process for all of them.
 * @returns undefined without Python
 */
export function readPython(files: readonly string[]): Promise<PythonSources | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      'python3',
      ['-I', '-S', '-c', reader],
      { maxBuffer: 2 ** 26, timeout: 60_000 },
      (error, stdout) => {
        resolve(error ? undefined : (JSON.parse(stdout) as PythonSources))
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(JSON.stringify(files))
  })
}
