SELECT u.id,
  u.nme FROM users u;
