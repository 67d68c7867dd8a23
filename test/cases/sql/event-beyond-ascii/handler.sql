SELECT event('naïve.日本') AS text, length(event('emoji')) AS length, :emoji AS emoji;
