SELECT event('user.name') AS name, event('items.0.id') AS id, event('$.items[0].id') AS same, event('$.items[#-1].id') AS last, event('$."a.b"') AS quoted, event('a\.b') AS escaped;
