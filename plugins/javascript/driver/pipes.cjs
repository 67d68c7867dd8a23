/** Descriptors: docs/child-languages.md of anyhandler. */

const { closeSync, constants, fstatSync, openSync, readSync, writeSync } = require('node:fs')

const STANDARD = [0, 1, 2]

/** Opens a pipe once more: this end has flags of its own, and waits for room. */
const openWriter = (fd) => openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY)

/** A shell makes a pipe only for text: remove the newline that it contains. */
function skipNewline(fd) {
  if (fstatSync(fd).isFIFO()) readSync(fd, Buffer.alloc(1))
}

/**
 * Where text stands on its way out. With a buffer for each, those that outlive a collection of the young pile up: 15 MB
 * in 100,000 events.
 */
const room = Buffer.allocUnsafeSlow(65_536)
/** Bytes of a UTF-16 unit in UTF-8. */
const widest = 3

/** Writes text to a descriptor that waits for room. */
function writeText(fd, text) {
  if (text.length * widest <= room.length) writeAll(fd, room, room.utf8Write(text))
  else writeAll(fd, Buffer.from(text))
}

/** Writes bytes to a descriptor that waits for room. */
function writeAll(fd, bytes, end = bytes.length) {
  for (let offset = 0; offset < end;) offset += writeSync(fd, bytes, offset, end - offset)
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

module.exports = { isDamaged, openWriter, repairStandard, skipNewline, takeStandard, writeAll, writeText }
