SELECT uuid() AS id;
