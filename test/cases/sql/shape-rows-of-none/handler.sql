/* Users by name.
 * answer: rows
 */
SELECT id FROM users WHERE id = 3;
