/** Descriptors: docs/child-languages.md of anyhandler. */

const { closeSync, constants, fstatSync, openSync, readSync, writeSync } = require('node:fs')

const STANDARD = [0, 1, 2]

/** Opens a pipe once more: this end has flags of its own, and waits for room. */
const openWriter = (fd) => openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY)

/** A shell makes a pipe only for text: a newline, which is nobody's. */
function skipNewline(fd) {
  if (fstatSync(fd).isFIFO()) readSync(fd, Buffer.alloc(1))
}

/** Writes bytes to a descriptor that waits for room. */
function writeAll(fd, bytes) {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(fd, bytes, offset)
}

/** Makes standard output and error the handler's log. */
function takeStandard(output) {
  for (const fd of [1, 2]) {
    if (isOpen(fd)) closeSync(fd)
    openLowest(fd, output)
  }
}

/** Whether one of the standard descriptors was closed. */
function isDamaged() {
  return STANDARD.some((fd) => !isOpen(fd))
}

/** Gives the next event the standard descriptors back that this one closed. */
function repairStandard(output) {
  // A lower number that is free would be taken in the place of a higher one.
  for (const fd of STANDARD) if (!isOpen(fd)) openLowest(fd, output)
}

/** The lowest number that is free: `fd`, for all below it are open. */
function openLowest(fd, output) {
  if (fd === 0) openSync('/dev/null')
  else openWriter(output)
}

function isOpen(fd) {
  try {
    fstatSync(fd)
    return true
  } catch {
    return false
  }
}

module.exports = { isDamaged, openWriter, repairStandard, skipNewline, takeStandard, writeAll }
