/** Loaded by a bundle's program before everything else, if the handler's language runs in threads. */
import { startThreadAhead } from './threads.ts'

startThreadAhead()
