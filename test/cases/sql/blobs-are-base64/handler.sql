SELECT x'00ff10' AS data, x'' AS empty;
