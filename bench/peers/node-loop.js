// The least that a runtime on Node does: asks for an event on a bare socket, gives it back, asks for the next one.
// Nothing is checked. An event must be small: it comes in one piece, head and all.
import { serve } from './bare-socket.js'

serve((event, respond) => respond(event))
