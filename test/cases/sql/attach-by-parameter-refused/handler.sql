ATTACH :file AS other;
