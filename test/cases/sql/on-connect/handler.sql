SELECT n, (SELECT cache_size FROM pragma_cache_size) AS cache FROM shown;
