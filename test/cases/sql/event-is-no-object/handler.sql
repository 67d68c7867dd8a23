SELECT event('1.name') AS name, event('$[0]') AS first, :name AS parameter, event('$') AS whole;
