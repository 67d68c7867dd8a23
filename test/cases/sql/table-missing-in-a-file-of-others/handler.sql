SELECT n FROM later;
