SELECT f.foreign_keys, l.legacy_alter_table, d.defer_foreign_keys, u.user_version
FROM pragma_foreign_keys f, pragma_legacy_alter_table l, pragma_defer_foreign_keys d, pragma_user_version u;
