/**
 * Everything that a lane starts carries this environment variable. Its value is `HOST-LANE-EVENT`; what a driver starts
 * before the first event has `init` for the event. A process that left its group and session still carries it.
 */
export const markName = 'ANYHANDLER_MARK'

/**
 * Tells this host's processes from those of any other on the machine: by the process's id, and by its start for when ids
 * come round. `node:crypto` would take 4 ms of the start.
 */
export const hostMark = `${process.pid}.${process.hrtime.bigint().toString(36)}`
