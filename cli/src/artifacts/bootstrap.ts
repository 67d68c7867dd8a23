import { codeCacheFile } from './code-cache-scripts.ts'
import { isPythonRuntime } from './target.ts'
import type { Runtime } from './target.ts'

/**
 * The host's folder; in a layer it is beside the entry file. It has its own name, because all layers of a function are
 * unpacked into the same place.
 */
export const hostFolder = 'anyhandler'

/** Folder of layers on Lambda. */
const layerRoot = '/opt'

/** The file that starts the host: the one that Lambda looks for, or the one that a variable names. */
export interface EntryFile {
  /** Relative to the layer. */
  readonly path: string
  readonly script: string
}

/**
 * See docs/decisions/memory.md. If a flag is given twice, V8 takes the last one. The smaller size avoids a garbage
 * collection during the start.
 */
const nodeFlags = '--min-semi-space-size=4 --max-semi-space-size=4'

/**
 * A function's `NODE_OPTIONS` are for the Node that runs its handlers. The host starts without them, and hands them on.
 */
const nodeOptions = `if [ -n "\${NODE_OPTIONS-}" ]; then
  export ANYHANDLER_NODE_OPTIONS="$NODE_OPTIONS"
  unset NODE_OPTIONS
fi
`

/**
 * Lambda starts `bootstrap` of an operating-system-only runtime. The host itself handles wrappers: see its
 * `AWS_LAMBDA_EXEC_WRAPPER`.
 */
const bootstrap = `#!/bin/sh
here=\${0%/*}/${hostFolder}
${nodeOptions}exec "$here/node" ${nodeFlags} --require "$here/${codeCacheFile}" "$here/host.cjs"
`

/**
 * AWS's managed Node starts the file that `AWS_LAMBDA_EXEC_WRAPPER` names with its own command line:
 * `/var/lang/bin/node FLAGS /var/runtime/index.mjs`. The flags, which fit the function's memory, stay; the program
 * becomes the host. The variable is unset, so that the host doesn't run this wrapper once more.
 */
const wrapper = `#!/bin/sh
unset AWS_LAMBDA_EXEC_WRAPPER
left=$#
keep=1
while [ "$left" -gt 0 ]; do
  case $1 in
    *.js | *.mjs | *.cjs) keep=0 ;;
  esac
  [ "$keep" = 0 ] || set -- "$@" "$1"
  shift
  left=$((left - 1))
done
${nodeOptions}exec "$@" ${nodeFlags} "\${0%/*}/host.cjs"
`

/**
 * AWS's managed Python starts the same file with its interpreter and its `bootstrap.py`. The interpreter runs the
 * handlers; Node starts without AWS's library path, which leads to libraries of that interpreter, and hands it on to
 * the children.
 */
const pythonWrapper = `#!/bin/sh
here=\${0%/*}
export ANYHANDLER_PYTHON="$1"
if [ -n "\${LD_LIBRARY_PATH-}" ]; then
  export ANYHANDLER_LIBRARY_PATH="$LD_LIBRARY_PATH"
fi
unset AWS_LAMBDA_EXEC_WRAPPER LD_LIBRARY_PATH
${nodeOptions}exec "$here/node" ${nodeFlags} --require "$here/${codeCacheFile}" "$here/host.cjs"
`

/** Where `AWS_LAMBDA_EXEC_WRAPPER` leads. */
const wrapperFile = `${hostFolder}/wrapper`

/**
 * A layer for AWS's own runtimes has no bootstrap: a platform that looks for one first would start it instead of the
 * wrapper.
 */
export function entryFile(runtime: Runtime): EntryFile {
  if (runtime === 'provided.al2023') return { path: 'bootstrap', script: bootstrap }
  return { path: wrapperFile, script: isPythonRuntime(runtime) ? pythonWrapper : wrapper }
}

/**
 * The variables that a function needs to be served by the host.
 * @param folder where the host is unpacked
 */
export function functionVariables(runtime: Runtime, folder = layerRoot): Readonly<Record<string, string>> {
  return runtime === 'provided.al2023' ? {} : { AWS_LAMBDA_EXEC_WRAPPER: `${folder}/${wrapperFile}` }
}
