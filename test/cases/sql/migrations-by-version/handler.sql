SELECT group_concat(name) AS steps FROM steps;
