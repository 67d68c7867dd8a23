/* a
 b */ VACUUM INTO '/tmp/copy.db';
