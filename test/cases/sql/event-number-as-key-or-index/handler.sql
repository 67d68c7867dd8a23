SELECT event('a.0') AS element, event('b.0') AS member, event('$.b.0') AS sqlite, event('$.a.0') AS none;
