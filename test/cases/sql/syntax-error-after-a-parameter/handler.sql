SELECT :a AS a, @b AS b,
  $c AS c,
  '10'::integer AS n;
