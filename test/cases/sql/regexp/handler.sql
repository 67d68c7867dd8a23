SELECT :text REGEXP :pattern AS found;
