SELECT env('STAGE') AS stage, env('ABSENT') AS absent;
