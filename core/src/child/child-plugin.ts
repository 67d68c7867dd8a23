import type { Answer } from '../answer.ts'
import type { Plugin, PluginEnv } from '../contract.ts'
import { ChildInvocation } from './child-invocation.ts'
import { ChildSeries } from './child-series.ts'
import type { ChildLanguage } from './child-language.ts'
import { LanePools } from './lane-pools.ts'
import type { ChildPool } from './lane-pools.ts'

/** A plugin for a language whose driver speaks the frame protocol of docs/child-languages.md. */
export function childPlugin(language: ChildLanguage): Plugin {
  let open: { readonly env: PluginEnv; readonly pools: LanePools } | undefined
  return {
    name: language.name,
    extensions: language.extensions,
    ...(language.http && { http: language.http }),
    async setup(env) {
      const pools = new LanePools(language, env)
      open = { env, pools }
      // Loads each handler once, so that a broken one is known now. No more start at the same time than may stay.
      const { handlers, workers: together = handlers.length } = env
      for (let from = 0; from < handlers.length; from += together)
        await Promise.all(handlers.slice(from, from + together).map((handler) => pools.of(handler)))
    },
    invoke(invocation) {
      if (!open) throw new Error(`the ${language.name} plugin was not set up`)
      const { env, pools } = open
      const run = (pool: ChildPool): Promise<Answer> => new ChildInvocation(language, env, invocation).run(pool)
      const ready = pools.ready(invocation.handler)
      return ready ? run(ready) : pools.of(invocation.handler).then(run)
    },
    invokeSeries(invocation, records, onFailed) {
      if (!open?.pools.takesSeries) return undefined
      const { env, pools } = open
      const pool = pools.ready(invocation.handler) ?? pools.of(invocation.handler)
      return new ChildSeries({ language, env, invocation }, records, onFailed, pool)
    },
    beforeSnapshot: () => open?.pools.runHooks('before-snapshot'),
    afterRestore: () => open?.pools.runHooks('after-restore'),
    async cleanup() {
      await open?.pools.close()
    },
  }
}
