"""How the C library hands out large blocks of memory. Imported with the first large payload."""

from .own import load

M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
MEBIBYTE = 1 << 20


def keep_large_blocks():
    """By default glibc returns every large block to the system. The next block is then mapped page
    by page, a third of the time of an event with 1 MB. With this setting glibc keeps at most 32
    MiB of used memory.
    """
    try:
        library = load("ctypes").CDLL(None)
        library.mallopt(M_TRIM_THRESHOLD, 32 * MEBIBYTE)
        library.mallopt(M_MMAP_THRESHOLD, 16 * MEBIBYTE)
    except Exception:  # another C library, or a Python without ctypes
        pass
