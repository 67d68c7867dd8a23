/**
 * Every process that a lane starts has this environment variable. Its value is `HOST-LANE-EVENT`; before the first
 * event, `init` stands for the event. A process that left its group and session still has it.
 */
export const markName = 'ANYHANDLER_MARK'

/**
 * Distinguishes this host's processes from those of others: by the host's process id, and by its start time, because
 * ids wrap around. `node:crypto` would take 4 ms of the start.
 */
export const hostMark = `${process.pid}.${process.hrtime.bigint().toString(36)}`
