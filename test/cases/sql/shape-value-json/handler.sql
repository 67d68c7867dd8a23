-- answer: value
-- json: users
SELECT json_group_array(json_object('id', id)) AS users FROM users;
