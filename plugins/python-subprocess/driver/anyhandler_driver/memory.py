"""How the C library hands out large blocks of memory. Imported with the first payload that is large."""

from .own import load

M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
MEBIBYTE = 1 << 20


def keep_large_blocks():
    """
    By default glibc gives every large block back to the system, and takes it anew, page by page, with the next one: a third of the time that an
    event of 1 MB costs. What is kept is memory that has been used before, 32 MiB at most.
    """
    try:
        library = load("ctypes").CDLL(None)
        library.mallopt(M_TRIM_THRESHOLD, 32 * MEBIBYTE)
        library.mallopt(M_MMAP_THRESHOLD, 16 * MEBIBYTE)
    except Exception:  # another C library, or a Python without ctypes
        pass
