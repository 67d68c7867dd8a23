SELECT to_base64('ü') AS a, to_base64(x'00ff') AS b, hex(from_base64('AP-_ ')) AS c, CAST(from_base64(event('body')) AS TEXT) AS body, to_base64(NULL) AS n;
