SELECT json(event('text')) AS json;
