SELECT event('body') ->> 'name' AS name, event('body') ->> '$.items[0].id' AS id, coalesce(:limit, 10) AS "limit";
