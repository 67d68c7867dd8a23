SELECT env(event('name')) AS stage;
