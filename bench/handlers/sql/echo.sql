SELECT event('') event;
