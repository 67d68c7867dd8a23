SELECT length(event()) AS length, event() AS text;
