SELECT event('$.a[') AS a;
